package app

import (
	"crypto/md5" // as core4: a name, not a secret
	"encoding/hex"
	"encoding/json"
)

// Override is what a rule sets in place of its handler's own properties. nil
// sets nothing.
type Override struct {
	Protected       *bool    `json:"protected,omitempty"`
	Title           *string  `json:"title,omitempty"`
	Subtitle        *string  `json:"subtitle,omitempty"`
	Author          *string  `json:"author,omitempty"`
	Tag             []string `json:"tag,omitempty"`
	TemplatePath    *string  `json:"template_path,omitempty"`
	StaticPath      *string  `json:"static_path,omitempty"`
	DefaultFilename *string  `json:"default_filename,omitempty"`
	EnterURL        *string  `json:"enter_url,omitempty"`
	Icon            *string  `json:"icon,omitempty"`
	Doc             *string  `json:"doc,omitempty"`
	SPA             *bool    `json:"spa,omitempty"`
	Res             *int     `json:"res,omitempty"`
	Target          *string  `json:"target,omitempty"`
	Path            *string  `json:"path,omitempty"`
	LogLevel        *string  `json:"log_level,omitempty"`
}

// apply is the handler with what the rule sets.
func (o Override) apply(h Handler) Handler {
	if o.Protected != nil {
		h.Public = !*o.Protected
	}
	if o.Tag != nil {
		h.Tag = o.Tag
	}
	for _, f := range []struct {
		to   *string
		from *string
	}{
		{&h.Title, o.Title}, {&h.Subtitle, o.Subtitle}, {&h.Author, o.Author}, {&h.TemplatePath, o.TemplatePath},
		{&h.StaticPath, o.StaticPath}, {&h.DefaultFilename, o.DefaultFilename}, {&h.EnterURL, o.EnterURL},
		{&h.Icon, o.Icon}, {&h.Doc, o.Doc}, {&h.Target, o.Target}, {&h.Path, o.Path}, {&h.LogLevel, o.LogLevel},
	} {
		set(f.to, f.from)
	}
	set(&h.SPA, o.SPA)
	set(&h.Res, o.Res)
	return h
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// resourceID names a handler together with what its rule sets, alike in every
// process and container: 32 hexadecimal digits (section 1.1).
func resourceID(qual string, o Override) string {
	var members map[string]any
	flat, _ := json.Marshal(o)         // pointers to plain values
	_ = json.Unmarshal(flat, &members) // which was just written
	sorted, _ := json.Marshal(members) // maps are written in the order of their keys
	sum := md5.Sum([]byte(qual + " " + string(sorted)))
	return hex.EncodeToString(sum[:])
}
