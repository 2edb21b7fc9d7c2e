package core4

import (
	"bytes"
	"net/http"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// avatarName is what the picture is kept under.
const avatarName = "avatar"

// images are the types that a picture may have, by what its bytes are.
var images = []string{"image/png", "image/jpeg", "image/gif", "image/bmp"}

func (d *door) avatarRules() []app.Rule {
	h := &app.Handler{
		Qual: "core4.api.v1.request.standard.avatar.AvatarHandler", Title: "Your picture", Author: author,
		Methods: app.Methods{http.MethodGet: d.getAvatar, http.MethodPost: d.postAvatar},
		Docs:    map[string]rest.Doc{http.MethodGet: docOf("avatar.get"), http.MethodPost: docOf("avatar.post")},
	}
	return []app.Rule{{Pattern: "/avatar", Handler: h}}
}

func (d *door) getAvatar(c *app.Call) (any, error) {
	image, _, err := d.Users.Get(c.Context(), c.User().ID, avatarName)
	if err != nil {
		return nil, err
	}
	if image == nil {
		return "No avatar set yet.", nil
	}
	c.Header().Set("Cache-Control", "no-cache")
	c.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	return nil, c.Write(http.StatusOK, http.DetectContentType(image), image)
}

func (d *door) postAvatar(c *app.Call) (any, error) {
	files := c.Args.Files("file")
	if len(files) != 1 {
		return nil, app.Error(http.StatusBadRequest, "one file is expected under the name [file]")
	}
	image := files[0].Body
	switch {
	case len(image) > d.AvatarLimit:
		return nil, app.Error(http.StatusRequestEntityTooLarge, "the picture has more than %d bytes", d.AvatarLimit)
	case !slices.Contains(images, http.DetectContentType(image)):
		return nil, app.Error(http.StatusBadRequest, "the file is no picture: png, jpg, gif and bmp are")
	}
	for n := 1; ; n++ {
		_, version, err := d.Users.Get(c.Context(), c.User().ID, avatarName)
		if err == nil {
			err = d.Users.Put(c.Context(), c.User().ID, avatarName, bytes.Clone(image), version)
		}
		if !fault.Is(err, fault.Conflict) || n == settingTries {
			return "The picture is set.", err
		}
	}
}
