package app

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
)

// Resource is a handler at one rule of a container, with the properties that
// hold there: those that configuration sets, else the rule, else the handler.
type Resource struct {
	*Handler // a copy with what holds here, not the rule's own
	ID       string
	set      Override // the rule's
	rule     string   // its name
	standard bool     // one that every container has
	pattern  pattern
	mapper   *mapper
	files    folders
	level    slog.Level
}

// Pattern is the rule's, in rest's syntax, below the container's root.
func (r *Resource) Pattern() string { return r.pattern.shown }

// RuleName is the rule's name, empty if it has none.
func (r *Resource) RuleName() string { return r.rule }

// Container is the one that the rule is of.
func (r *Resource) Container() *Container { return &r.mapper.Container }

// Files are the folders of the handler.
func (r *Resource) Files() (templates, static fs.FS) { return r.files.templates, r.files.static }

// permNames are the names that permissions must mean.
func (r *Resource) permNames() []string {
	if r.PermBase == ByContainer {
		return []string{r.mapper.Name}
	}
	return r.Names()
}

// resource settles what holds for a rule's handler.
func (s *server) resource(m *mapper, rule Rule) (*Resource, error) {
	if rule.Handler == nil {
		return nil, errors.New("its target is no handler")
	}
	h := rule.Set.apply(*rule.Handler)
	h.exemplify(m.Examples, rule.Pattern)
	settings := section(s.Config, h.Qual)
	warnUnknown(s.Log, h.Qual, settings, configured...)
	if err := h.settle(); err != nil {
		return nil, fmt.Errorf("handler [%s]: %w", h.Qual, err)
	}
	r := &Resource{Handler: &h, ID: resourceID(h.Qual, rule.Set), set: rule.Set, rule: rule.Name, mapper: m}
	var errs [3]error
	r.pattern, errs[0] = compile(rule.Pattern, h.Below)
	r.files, errs[1] = m.folders(&h, settings)
	if level, ok := textSetting(settings, "log_level"); ok {
		h.LogLevel = level
	}
	r.level, errs[2] = levelOf(h.LogLevel)
	return r, errors.Join(errs[:]...)
}

// settle fills in defaults, and says what is missing.
func (h *Handler) settle() error {
	h.Icon = cmp.Or(h.Icon, "mdi-circle-medium")
	h.DefaultFilename = cmp.Or(h.DefaultFilename, "index.html")
	h.LogLevel = cmp.Or(h.LogLevel, "DEBUG")
	h.Res = cmp.Or(h.Res, 11)
	if h.Tag == nil {
		h.Tag = []string{"api"}
	}
	if err := h.addTyped(); err != nil {
		return err
	}
	switch {
	case !strings.Contains(h.Qual, "."):
		return errNoName
	case len(h.Methods) == 0:
		return errors.New("it has no method, so it is no handler")
	case h.Title == "" || h.Author == "":
		return errors.New("title and author are required")
	case h.PermBase != ByHandler && h.PermBase != ByContainer:
		return fmt.Errorf("perm_base is %q", h.PermBase)
	}
	for name, f := range h.Methods {
		if f == nil || !known(name) {
			return fmt.Errorf("there is no method %q", name)
		}
	}
	return nil
}
