package gateway

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"path"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/pause"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/gateway/internal/firstseen"
	"github.com/heddle-dev/heddle/services/gateway/internal/userdata"
)

// openSeen opens the book of what was first there when.
func (s *Service) openSeen(kinds jobdef.Set) (*firstseen.Book, error) {
	store, err := userdata.New(s.deps.NATS, userdata.Handlers, s.cfg.Replicas)
	if err != nil {
		return nil, err
	}
	s.kinds = slices.Sorted(maps.Keys(kinds))
	return firstseen.New(store, s.deps.Now), nil
}

// joined are what core4's listings have beside core4's own handlers: the other
// doors, and the programs that have joined. What is not made of core4's
// handlers is one.
func (s *Service) joined() []app.Joined {
	var out []app.Joined
	for _, c := range s.doors {
		if len(c.Handlers) > 0 || c.Root == "" || c.Title == "" {
			continue
		}
		sees := func(p who.Principal) bool {
			return slices.ContainsFunc(c.Routes, func(r rest.Route) bool { return r.Access.Check(p) == nil })
		}
		h := whole(c.Name, c.Root, c.Title, c.Listing(), !sees(who.Principal{}))
		h.Tags, h.Version = append(h.Tags, "api"), s.cfg.Version
		out = append(out, app.Joined{Name: c.Name, Root: c.Root, Started: s.began, Handlers: []rest.ListedHandler{h}, Sees: sees})
	}
	for _, a := range s.apps.List() {
		j := app.Joined{Owner: a.OwnerID, Name: a.Name, Root: a.Root, Started: a.Started, Handlers: a.Handlers}
		if len(j.Handlers) == 0 {
			j.Sees = a.Sees
			h := whole(a.Name, a.Root, a.Title, a.Cards, !a.Sees(who.Principal{}))
			h.Author, h.Doc = cmp.Or(h.Author, a.Owner), a.Doc
			j.Handlers = []rest.ListedHandler{h}
		}
		out = append(out, j)
	}
	return out
}

// whole is a container as one handler, with what its first card says.
func whole(name, root, title string, cards []rest.Card, protected bool) rest.ListedHandler {
	sum := sha256.Sum256([]byte(name + " " + root))
	h := rest.ListedHandler{
		ID: hex.EncodeToString(sum[:16]), Qual: name, Title: title, Enter: root, Patterns: [][2]string{{root + "(?:/.*)?", ""}}, Protected: protected,
	}
	if len(cards) > 0 {
		first := cards[0]
		h.Subtitle, h.Author, h.Tags, h.Icon, h.Help = first.Subtitle, first.Author, slices.Clone(first.Tags), first.Icon, first.Help
		h.Enter = cmp.Or(first.Enter, h.Enter)
	}
	return h
}

// listing is core4's, for programs that have joined.
func (s *Service) listing(w http.ResponseWriter, r *http.Request) { s.asCore4(w, r, "/_info") }

// standard is what every container of core4's has, for programs that have
// joined: the last segment says what.
func (s *Service) standard(w http.ResponseWriter, r *http.Request) {
	s.asCore4(w, r, "/"+path.Base(r.URL.Path))
}

// asCore4 answers as core4's door does at a path of its own.
func (s *Service) asCore4(w http.ResponseWriter, r *http.Request, path string) {
	r = r.Clone(r.Context())
	r.URL.Path, r.URL.RawPath = core4.Root+path, ""
	s.table.ServeHTTP(w, r)
}

// noteHandlers notes what there is, and what comes, until ctx ends. Until the
// store can be reached listings do not know since when there is what they show.
func (s *Service) noteHandlers(ctx context.Context) {
	for ctx.Err() == nil {
		changed := s.apps.Changed()
		if err := s.noteAll(ctx); err != nil {
			s.deps.Log.DebugContext(ctx, "what there is cannot be noted now; will try again", "err", err)
			_ = pause.For(ctx, time.Second) // ctx ends the loop
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

func (s *Service) noteAll(ctx context.Context) error {
	there := map[string][]string{core4.KindsOwner: s.kinds}
	for _, c := range s.doors {
		for _, h := range c.Handlers {
			there[""] = append(there[""], h.ID)
		}
	}
	for _, j := range s.joined() {
		for _, h := range j.Handlers {
			there[j.Owner] = append(there[j.Owner], h.ID)
		}
	}
	for owner, ids := range there {
		if err := s.seen.Note(ctx, owner, ids); err != nil {
			return err
		}
	}
	return nil
}
