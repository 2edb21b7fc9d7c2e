package app

import (
	"cmp"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/doctext"
)

// meta is what a handler says about itself (section 6.5).
type meta struct {
	ID        string      `json:"rsc_id"`
	Qual      string      `json:"qual_name"`
	Project   string      `json:"project"`
	Container string      `json:"container"`
	Title     string      `json:"title"`
	Subtitle  string      `json:"subtitle"`
	Author    string      `json:"author"`
	Tag       []string    `json:"tag"`
	Icon      string      `json:"icon"`
	Protected bool        `json:"protected"`
	SPA       bool        `json:"spa"`
	Res       int         `json:"res"`
	Target    *string     `json:"target"`
	Version   string      `json:"version"`
	Created   *string     `json:"created_at"`
	Started   string      `json:"started_at"`
	Endpoint  []string    `json:"endpoint"`
	Pattern   [][2]string `json:"pattern"` // the whole pattern and the rule's name

	Description string            `json:"description"`
	HTML        template.HTML     `json:"description_html"`
	Errors      []doctext.Problem `json:"description_error"`
	EnterURL    string            `json:"enter_url"`
}

// about is all of it, for the pages about one handler.
type about struct {
	meta
	Args    Override    `json:"args"`
	CardURL string      `json:"card_url"`
	HelpURL string      `json:"help_url"`
	Method  []methodDoc `json:"method"`
}

// methodDoc is the documentation of one method.
type methodDoc struct {
	Method string                `json:"method"`
	Doc    string                `json:"doc"`
	HTML   template.HTML         `json:"html"`
	Errors []doctext.Problem     `json:"parser_error"`
	Parts  map[doctext.Part]bool `json:"parts"`
	Extra  []string              `json:"extra_parts"`
}

// order is that of methods in documentation.
var order = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, http.MethodHead}

// meta describes a resource and those that are the same in its container.
func (s *server) meta(c *Call, r *Resource) meta {
	m := meta{
		ID: r.ID, Qual: r.Qual, Project: r.Project(), Container: r.mapper.Name, Title: r.Title, Subtitle: r.Subtitle, Author: r.Author,
		Tag: slices.Clone(r.Tag), Icon: r.Icon, Protected: !r.Public, SPA: r.SPA, Res: r.Res, Version: r.mapper.Version,
		Started: Stamp(s.begun), Description: r.Doc, EnterURL: r.enterURL(c), Pattern: [][2]string{},
	}
	if m.Subtitle == "" {
		m.Subtitle = r.Qual
	}
	if r.Target != "" {
		m.Target = &r.Target
	}
	s.dated(&m, "", r.Created)
	m.HTML, m.Errors = doctext.HTML(r.Doc, r.fields(c.base()))
	m.Errors = some(m.Errors)
	for _, other := range s.mappers {
		for _, same := range other.resources {
			if same.ID == r.ID && !slices.Contains(m.Endpoint, c.base()+other.root) {
				m.Endpoint = append(m.Endpoint, c.base()+other.root)
			}
			if same.ID == r.ID && other == r.mapper {
				m.Pattern = append(m.Pattern, [2]string{other.root + same.pattern.text, same.rule})
			}
		}
	}
	return m
}

// fields are what a text may show of its handler, as it is reached at a URL.
func (r *Resource) fields(url string) doctext.Fields {
	at := url + r.mapper.root + "/_info/"
	return doctext.Fields{
		"enter_url": cmp.Or(r.EnterURL, at+"enter/"+r.ID), "help_url": at + "help/" + r.ID, "card_url": at + "card/" + r.ID, "title": r.Title,
		"subtitle": r.Subtitle, "author": r.Author, "qual_name": r.Qual, "project": r.Project(), "version": r.mapper.Version, "root": r.mapper.root,
		"path": r.mapper.root + strings.TrimSuffix(r.pattern.text, belowPattern), "rsc_id": r.mapper.first(),
	}
}

// first is the id of the container's first handler that is none of its pages.
func (m *mapper) first() string {
	for _, r := range m.resources {
		if !r.ofPages() {
			return r.ID
		}
	}
	return "none"
}

func (s *server) about(c *Call, r *Resource) about {
	a := about{meta: s.meta(c, r), Args: r.set, CardURL: r.pageURL(c, "card"), HelpURL: r.helpURL(c), Method: []methodDoc{}}
	for _, name := range order {
		if r.Methods[name] != nil {
			a.Method = append(a.Method, r.methodDoc(c, name))
		}
	}
	return a
}

func (r *Resource) methodDoc(c *Call, name string) methodDoc {
	text := r.documentation(c.base(), name).Whole()
	parsed := doctext.Parse(text)
	m := methodDoc{Method: name, Doc: text, Parts: map[doctext.Part]bool{}, Extra: some(parsed.Extra)}
	for _, p := range doctext.Parts() {
		m.Parts[p] = parsed.Has(p)
	}
	m.HTML, m.Errors = parsed.HTML(r.fields(c.base()))
	m.Errors = some(m.Errors)
	return m
}

// some is a list that is not null in JSON.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// newRange is how long a handler is new: core4's api.new_range, in days.
func (s *server) newRange() time.Duration {
	days, ok := numberSetting(section(s.Config, "api"), "new_range")
	if !ok {
		days = 180
	}
	return time.Duration(days * float64(24*time.Hour))
}

// documented are the methods that have documentation, in its order.
func (r *Resource) documented() []string {
	return slices.DeleteFunc(slices.Clone(order), func(name string) bool {
		return !slices.Contains(slices.Collect(maps.Keys(r.Docs)), name)
	})
}
