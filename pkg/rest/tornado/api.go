package tornado

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/who"
)

// api is an API made ready.
type api struct {
	API
	meta    Meta
	info    Info
	port    int
	log     *slog.Logger
	targets []*target
	begin   *once
	before  BeforeRequester // nil: there is none
}

// target is an endpoint made ready.
type target struct {
	Endpoint
	app    *App
	api    *api
	plan   *arg.Plan
	paths  []string // none if it is reached by RPC
	rule   who.Rule
	grants []grant
	mode   Mode
}

// noun is a system's or a handler's name, which is part of paths.
var noun = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

func (a *App) api(from API) (*api, error) {
	out := &api{API: from}
	if from.Handler == nil || !noun.MatchString(from.System) || !noun.MatchString(from.Name) {
		return nil, fmt.Errorf("%q/%q: a handler has a system, a name and a value", from.System, from.Name)
	}
	component := from.System + "/" + from.Name
	section := "/Systems/" + from.System + "/APIs/" + from.Name
	if h, ok := from.Handler.(interface{ Meta() Meta }); ok {
		out.meta = h.Meta()
	}
	out.info = Info{
		System: from.System, API: from.Name, Component: component, ConfigSection: section,
		Location: "/" + strings.Trim(out.meta.Location, "/"),
	}
	if err := a.settle(out, section); err != nil {
		return nil, fmt.Errorf("%s: %w", component, err)
	}
	out.before, _ = from.Handler.(BeforeRequester)
	init, _ := from.Handler.(Initer)
	out.begin = newOnce(init, out)
	return out, nil
}

// settle reads the handler's section and makes its endpoints.
func (a *App) settle(out *api, section string) error {
	out.port = out.meta.Port
	if text, ok := a.cfg.Option(section + "/Port"); ok {
		var err error
		if out.port, err = strconv.Atoi(text); err != nil {
			return fmt.Errorf("the option Port is %q", text)
		}
	}
	if out.port < 0 || out.port > 65535 {
		return fmt.Errorf("there is no port %d", out.port)
	}
	out.log = a.cfg.Log.With("component", out.info.Component)
	if text, ok := a.cfg.Option(section + "/LogLevel"); ok {
		l, known := level(text)
		if !known {
			return fmt.Errorf("the option LogLevel is %q", text)
		}
		out.log = slog.New(leveled{out.log.Handler(), l})
	}
	out.info.Authorization = a.words(out, Endpoint{})
	out.info.Grants = a.names(out, Endpoint{})
	var errs []error
	for _, e := range endpointsOf(out.Handler) {
		t, err := a.target(out, e)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", e, err))
			continue
		}
		out.targets = append(out.targets, t)
	}
	if len(errs) == 0 && len(out.targets) == 0 {
		errs = append(errs, errors.New("it has no endpoint: a method's name begins with a verb, as GetJob does"))
	}
	return errors.Join(errs...)
}

func endpointsOf(handler any) []Endpoint {
	if h, ok := handler.(interface{ Endpoints() []Endpoint }); ok {
		return h.Endpoints()
	}
	return FromMethods(handler)
}

func (a *App) target(of *api, e Endpoint) (*target, error) {
	if e.err != nil {
		return nil, e.err
	}
	if e.call == nil || e.name == "" {
		return nil, errors.New("it was not made by GET, POST, Web, RPC or FromMethods")
	}
	t := &target{Endpoint: e, app: a, api: of, mode: of.meta.Mode}
	if e.export {
		t.mode = Envelope
	}
	if e.options.mode != nil {
		t.mode = *e.options.mode
	}
	var err error
	if t.plan, err = arg.Compile(e.request, true); err != nil {
		return nil, err
	}
	if t.rule, err = ruleOf(a.words(of, e)); err != nil {
		return nil, err
	}
	if t.grants, err = grantsOf(a.names(of, e), a.cfg.Grants); err != nil {
		return nil, err
	}
	if !e.export {
		if t.paths, err = e.paths(of.meta, t.plan); err != nil {
			return nil, err
		}
	}
	t.Endpoint.target = t
	return t, nil
}

// words are an endpoint's authorization, from the first place that says
// something: the configuration for the method, the endpoint, its handler, the
// configuration's default. The zero Endpoint stands for the handler.
func (a *App) words(of *api, e Endpoint) []string {
	return a.chosen(of, e, "Authorization", e.options.authorization, of.meta.Authorization, nil)
}

// names are an endpoint's grants, from the first place in the same order.
func (a *App) names(of *api, e Endpoint) []string {
	return a.chosen(of, e, "Grants", e.options.grants, of.meta.Grants, a.cfg.DefaultGrants)
}

func (a *App) chosen(of *api, e Endpoint, what string, own, handlers, otherwise []string) []string {
	section := of.info.ConfigSection + "/" + what
	if e.name != "" {
		if list, ok := a.cfg.first(section, e.String(), e.name); ok {
			return list
		}
	}
	for _, list := range [][]string{own, handlers} {
		if len(list) > 0 {
			return list
		}
	}
	if list, ok := a.cfg.first(section, "Default"); ok {
		return list
	}
	return otherwise
}
