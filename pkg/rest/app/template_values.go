package app

import (
	"maps"
	"net/url"
	"regexp"
	"time"
)

// values are what a template sees: the properties of its handler, alone and as
// "handler", and what the handler gives it.
func (c *Call) values(own map[string]any) map[string]any {
	r := c.resource
	all := map[string]any{
		"request": c.r, "identifier": c.ID, "started": c.Started, "_flash": c.flash,
		"qual_name": r.Qual, "project": r.Project(), "author": r.Author, "title": r.Title, "subtitle": r.Subtitle, "tag": r.Tag,
		"template_path": r.TemplatePath, "static_path": r.StaticPath, "log_level": r.LogLevel, "icon": r.Icon,
		"protected": !r.Public, "enter_url": r.enterURL(c), "spa": r.SPA, "res": r.Res, "target": r.Target,
		"user": c.User(), "current_user": c.User().Name, "client": c.Client, "token_exp": c.tokenExpires(),
		"config": masked(c.server.Config), "class_config": masked(section(c.server.Config, r.Qual)),
		"application": map[string]any{"container": r.Container(), "root": c.root},
	}
	all["handler"] = maps.Clone(all)
	maps.Copy(all, own)
	return all
}

// tokenExpires is when the caller's token ends, nil if nobody knows of an end.
func (c *Call) tokenExpires() *time.Time {
	if c.server.TokenExpires == nil {
		return nil
	}
	at := c.server.TokenExpires(c).UTC().Truncate(time.Second)
	if at.Unix() <= 0 {
		return nil
	}
	return &at
}

// secret are names of settings that nobody is shown.
var secret = regexp.MustCompile(`(?i)secret|passw|passphrase|credential|private|token$|(^|_)key$`)

// masked is a copy of a tree of settings without what is secret in it.
func masked(tree map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range tree {
		if _, isTree := value.(map[string]any); !isTree && secret.MatchString(name) {
			value = "***"
		}
		out[name] = maskedValue(value)
	}
	return out
}

func maskedValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return masked(v)
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = maskedValue(one)
		}
		return out
	case string:
		return withoutPassword(v)
	default:
		return v
	}
}

// withoutPassword takes the password out of an address.
func withoutPassword(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.User == nil {
		return text
	}
	return u.Redacted()
}
