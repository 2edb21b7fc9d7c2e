package core4

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// maxSetting bounds the settings of a user, as JSON, in bytes.
const maxSetting = 64 << 10

// settingName is what settings are kept under.
const settingName = "setting"

// defaultSetting is core4's user_setting.
func defaultSetting() map[string]any {
	return map[string]any{"_general": map[string]any{"language": "EN"}}
}

func (d *door) settingRules() []app.Rule {
	h := &app.Handler{
		Qual: "core4.api.v1.request.standard.setting.SettingHandler", Title: "Your settings", Author: author,
		Methods: app.Methods{http.MethodGet: d.getSetting, http.MethodPost: d.putSetting, http.MethodPut: d.putSetting, http.MethodDelete: d.deleteSetting},
		Docs: map[string]rest.Doc{http.MethodGet: docOf("setting.get"), http.MethodPost: docOf("setting.put"),
			http.MethodPut: docOf("setting.put"), http.MethodDelete: docOf("setting.delete")},
	}
	return []app.Rule{{Pattern: "/setting", Handler: h}, {Pattern: "/setting/(.*)", Handler: h}}
}

// settingPath is the path of a request in its segments.
func settingPath(c *app.Call) ([]string, error) {
	text := c.Group("0")
	if text == "" {
		return nil, nil
	}
	path := strings.Split(text, "/")
	if len(path) > maxSettingDepth || slices.Contains(path, "") {
		return nil, app.Error(http.StatusBadRequest, "setting [%s] has an empty key, or more than %d", text, maxSettingDepth)
	}
	return path, nil
}

const maxSettingDepth = 50

// settingOwner is the id of the user whose settings are meant: the caller, or
// for an operator the one that the argument username names.
func (d *door) settingOwner(c *app.Call) (string, error) {
	name := c.Args.Text("username")
	if name == "" || !c.Perms.Operator() {
		return c.User().ID, nil
	}
	a, err := d.Backend.Admin.Account(c.Context(), authapi.UserRequest{Name: strings.ToLower(name)})
	if fault.Is(err, fault.Missing) {
		return "", app.Error(http.StatusNotFound, "user [%s] not found", name)
	}
	return a.ID, err
}

// settings are what a user has stored, and its version.
func (d *door) settings(c *app.Call, owner string) (map[string]any, uint64, error) {
	text, version, err := d.Users.Get(c.Context(), owner, settingName)
	if err != nil || text == nil {
		return map[string]any{}, version, err
	}
	var stored map[string]any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber() // as they were sent
	return stored, version, dec.Decode(&stored)
}

func (d *door) getSetting(c *app.Call) (any, error) {
	path, err := settingPath(c)
	if err != nil {
		return nil, err
	}
	owner, err := d.settingOwner(c)
	if err != nil {
		return nil, err
	}
	stored, _, err := d.settings(c, owner)
	if err != nil {
		return nil, err
	}
	var at any = merged(defaultSetting(), stored)
	for _, key := range path {
		object, _ := at.(map[string]any)
		below, ok := object[key]
		if !ok {
			return nil, app.Error(http.StatusBadRequest, "unknown key [%s]", key)
		}
		at = below
	}
	if at == nil {
		return app.Null, nil
	}
	return at, nil
}

// putSetting merges the argument data into what is stored.
func (d *door) putSetting(c *app.Call) (any, error) {
	path, err := settingPath(c)
	if err != nil {
		return nil, err
	}
	data := c.Args.Raw("data")
	if falsy(data) {
		return nil, app.Error(http.StatusBadRequest, "parameter [data] is missing or empty")
	}
	whole := data
	for _, key := range slices.Backward(path) {
		whole = map[string]any{key: whole}
	}
	change, _ := whole.(map[string]any)
	if err := checkSetting(change); err != nil {
		return nil, err
	}
	owner, err := d.settingOwner(c)
	if err != nil {
		return nil, err
	}
	return data, d.changeSetting(c, owner, func(stored map[string]any) (map[string]any, error) { return merged(stored, change), nil })
}

// changeSetting stores what f makes of what is stored. Changes at the same time
// follow each other.
func (d *door) changeSetting(c *app.Call, owner string, f func(map[string]any) (map[string]any, error)) error {
	for n := 1; ; n++ {
		stored, version, err := d.settings(c, owner)
		if err != nil {
			return err
		}
		next, err := f(stored)
		if err != nil {
			return err
		}
		var text []byte
		if len(next) > 0 {
			if text, err = json.Marshal(next); err != nil {
				return err
			}
		}
		if len(text) > maxSetting {
			return app.Error(http.StatusRequestEntityTooLarge, "settings would have more than %d bytes", maxSetting)
		}
		err = d.Users.Put(c.Context(), owner, settingName, text, version)
		if !fault.Is(err, fault.Conflict) || n == settingTries {
			return err
		}
	}
}

// settingTries are how often a change is tried when others change the same.
const settingTries = 10

// deleteSetting removes what is stored at the path, or all.
func (d *door) deleteSetting(c *app.Call) (any, error) {
	path, err := settingPath(c)
	if err != nil {
		return nil, err
	}
	owner, err := d.settingOwner(c)
	if err != nil {
		return nil, err
	}
	return map[string]any{}, d.changeSetting(c, owner, func(stored map[string]any) (map[string]any, error) {
		next, ok := without(stored, path)
		if !ok {
			return nil, app.Error(http.StatusNotFound, "there is no such setting")
		}
		return next, nil
	})
}
