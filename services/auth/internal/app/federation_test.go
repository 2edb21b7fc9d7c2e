package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/federation"
	"github.com/heddle-dev/heddle/services/auth/internal/federation/federationtest"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/memory"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// guests is the use cases with a provider, called uni, at which carol has an account.
type guests struct {
	fixture
	uni *federationtest.Provider
}

func newGuests(t *testing.T, more ...string) guests {
	t.Helper()
	g := guests{newFixture(t), federationtest.Start(t, time.Now)}
	g.know(t, provider("uni", g.uni, more...))
	g.is("carol", nil)
	for _, name := range []string{"users", "cms", "atlas"} {
		if _, err := g.CreateGroup(t.Context(), authapi.GroupRequest{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

func provider(name string, p *federationtest.Provider, more ...string) string {
	return strings.Join(append([]string{"- name: " + name, "title: The " + name, "issuer: " + p.Issuer(), "client_id: " + federationtest.Client,
		"client_secret_file: secret"}, more...), "\n  ") + "\n"
}

// know configures the providers.
func (g guests) know(t *testing.T, text string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"federation.yaml": text, "secret": federationtest.Secret} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := federation.Load(filepath.Join(dir, "federation.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	g.Upstreams = federation.New(list, federation.Options{Issuer: issuer})
}

// is says what somebody is called at the provider; the subject follows from it.
func (g guests) is(name string, groups []string) {
	g.uni.Person(map[string]any{"sub": "sub-" + name, "preferred_username": name, "name": "Prof. " + name, "groups": groups,
		"email": name + "@uni.test", "email_verified": true})
}

// begin starts a login in the browser b1, and goes through the provider.
func (g guests) begin(t *testing.T, name string, p *federationtest.Provider) authapi.UpstreamBack {
	t.Helper()
	to, err := g.StartLogin(t.Context(), authapi.UpstreamStart{Provider: name, Pending: "r1", Browser: "b1"})
	if err != nil {
		t.Fatal(err)
	}
	return brought(p.Browse(to.URL))
}

func brought(q url.Values) authapi.UpstreamBack {
	return authapi.UpstreamBack{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Browser: "b1"}
}

func (g guests) signIn(t *testing.T) (authapi.UpstreamDone, error) {
	t.Helper()
	return g.FinishLogin(t.Context(), g.begin(t, "uni", g.uni))
}

func (g guests) user(t *testing.T, name string) view.User {
	t.Helper()
	if err := g.View.Fresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	u, err := g.View.UserByName(t.Context(), user.Name(name))
	if err != nil && !errors.Is(err, view.ErrNone) {
		t.Fatal(err)
	}
	return u
}

func (g guests) must(t *testing.T, name string, c user.Command) {
	t.Helper()
	if _, err := g.change(t.Context(), name, c); err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if f := fault.From(err); f == nil || f.Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestNewcomerFromElsewhere(t *testing.T) {
	t.Parallel()
	g := newGuests(t, "create: true", "groups: {/cms: cms, /atlas: atlas, /gone: gone}")
	g.is("carol", []string{"/cms", "/gone", "/else"})
	done, err := g.signIn(t)
	if err != nil {
		t.Fatal(err)
	}
	u := g.user(t, "carol")
	if u.RealName != "Prof. carol" || u.Email != "carol@uni.test" || u.Credential != "" || !slices.Equal(u.Groups, []string{"cms"}) ||
		!reflect.DeepEqual(u.Links, []user.Linked{{Provider: "uni", Subject: "sub-carol"}}) {
		t.Errorf("registered %+v", u)
	}
	p := done.Resolved.Principal
	if done.Pending != "r1" || p.ID != u.ID || p.Name != "carol" || p.Group != "cms" || p.Method != who.MethodUpstream || !p.InPerson() || p.Operator() {
		t.Errorf("signed in %+v for %q", p, done.Pending)
	}
	if f := done.Resolved.Facts; f.User != u.ID || f.Position == 0 || !f.Expires.IsZero() {
		t.Errorf("it stands on %+v", f)
	}
	again, err := g.signIn(t)
	if err != nil || again.Resolved.Principal.ID != u.ID {
		t.Errorf("the next time: %+v, %v", again, err)
	}
}

func TestEventsOfALoginElsewhere(t *testing.T) {
	t.Parallel()
	g := newGuests(t, "create: true", "groups: {/cms: cms}")
	g.is("carol", []string{"/cms"})
	if _, err := g.signIn(t); err != nil {
		t.Fatal(err)
	}
	id := idOf("user", "carol")
	commits, err := g.journal.Load(t.Context(), authapi.UserTopic(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, c := range commits {
		for _, e := range c.Events {
			types = append(types, strings.TrimSuffix(strings.TrimPrefix(e.Type, "auth.user."), ".v1"))
			if e.Actor != id {
				t.Errorf("%s is by %q", e.Type, e.Actor)
			}
		}
	}
	if want := []string{"registered", "linked", "profile_changed", "group_joined", "signed_in"}; !slices.Equal(types, want) {
		t.Errorf("got %v", types)
	}
	if len(commits[0].Events) != 3 {
		t.Error("whoever is registered without the link could never come in again")
	}
}

// TestProviderDecidesOnItsGroupsAlone: at each login, both ways.
func TestProviderDecidesOnItsGroupsAlone(t *testing.T) {
	t.Parallel()
	g := newGuests(t, "create: true", "groups: {/cms: cms, /atlas: atlas}")
	g.is("carol", []string{"/cms"})
	if _, err := g.signIn(t); err != nil {
		t.Fatal(err)
	}
	g.must(t, "carol", user.Join{Group: "users"})
	g.is("carol", []string{"/atlas", "users", "/users"})
	done, err := g.signIn(t)
	if want := []string{"users", "atlas"}; err != nil || !slices.Equal(done.Resolved.Principal.Groups, want) {
		t.Errorf("moved: %v, %v", done.Resolved.Principal.Groups, err)
	}
	over, err := g.View.Over(t.Context(), done.Resolved.Facts)
	if err != nil || over {
		t.Errorf("leaving a group ends what was given before, not this: %v", err)
	}
	g.is("carol", nil)
	done, err = g.signIn(t)
	if want := []string{"users"}; err != nil || !slices.Equal(done.Resolved.Principal.Groups, want) {
		t.Errorf("in none there: %v, %v", done.Resolved.Principal.Groups, err)
	}
}

// TestNameIsNoIdentity: whoever is called alice there is not alice here until
// somebody says so, whatever else the two have in common.
func TestNameIsNoIdentity(t *testing.T) {
	t.Parallel()
	for _, create := range []string{"create: true", "create: false"} {
		g := newGuests(t, create, "groups: {/cms: cms}")
		if _, err := g.RegisterUser(t.Context(), authapi.RegisterRequest{Name: "alice", Password: "alice123"}); err != nil {
			t.Fatal(err)
		}
		g.must(t, "alice", user.SetRealName{RealName: "Prof. alice"})
		g.must(t, "alice", user.SetEmail{Email: "alice@uni.test"})
		for _, name := range []string{"alice", "ALICE"} {
			g.uni.Person(map[string]any{"sub": "sub-alice", "preferred_username": name, "email": "alice@uni.test", "email_verified": true, "groups": []string{"/cms"}})
			_, err := g.signIn(t)
			wantCode(t, name, err, "federation.unlinked")
			for _, part := range []string{`"alice"`, "administrator", `"uni"`, `"sub-alice"`} {
				if f := fault.From(err); f == nil || !strings.Contains(f.Message, part) {
					t.Errorf("the text does not say %s: %v", part, err)
				}
			}
		}
		if u := g.user(t, "alice"); len(u.Links) != 0 || len(u.Groups) != 0 {
			t.Errorf("the try has left %+v", u)
		}
		g.must(t, "alice", user.Link{Provider: "uni", Subject: "sub-alice"})
		g.uni.Person(map[string]any{"sub": "sub-alice", "preferred_username": "somebody", "groups": []string{"/cms"}})
		if done, err := g.signIn(t); err != nil || done.Resolved.Principal.Name != "alice" {
			t.Errorf("linked, and called otherwise there: %+v, %v", done, err)
		}
		g.must(t, "alice", user.Unlink{Provider: "uni", Subject: "sub-alice"})
		g.is("alice", nil)
		_, err := g.signIn(t)
		wantCode(t, "no longer linked", err, "federation.unlinked")
	}
}

func TestNobodyIsRegisteredUnasked(t *testing.T) {
	t.Parallel()
	g := newGuests(t)
	_, err := g.signIn(t)
	wantCode(t, "unknown", err, "federation.unknown")
	g = newGuests(t, "create: true")
	for _, name := range []string{"", "../admin", "admin\x00", "a b", "-rf", "ädam", "<script>alert(1)</script>", "1st", strings.Repeat("x", 65), "root\n", "\u202enimda", "аdmin"} {
		g.uni.Person(map[string]any{"sub": "s", "preferred_username": name})
		_, err := g.signIn(t)
		wantCode(t, name, err, "federation.name")
	}
	us, err := g.Users(t.Context(), authapi.Empty{})
	if err != nil || len(us.Users) != 0 {
		t.Errorf("there are %+v, %v", us, err)
	}
	g.is("carol", nil)
	if _, err := g.signIn(t); err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"no mail", "Carol@uni.test"} {
		g.uni.Person(map[string]any{"sub": email, "preferred_username": fmt.Sprint("dave", len(email)), "name": "a\nb", "email": email, "email_verified": true})
		done, err := g.signIn(t)
		if err != nil {
			t.Fatal(err)
		}
		if u := g.user(t, done.Resolved.Principal.Name); u.RealName != "" || u.Email != "" {
			t.Errorf("taken as they came: %q, %q", u.RealName, u.Email)
		}
	}
}

func TestStateIsForOneBrowserOnce(t *testing.T) {
	t.Parallel()
	g := newGuests(t, "create: true")
	good := g.begin(t, "uni", g.uni)
	if _, err := g.FinishLogin(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	tokens := g.uni.Asked("/token")
	for name, bend := range map[string]func(*authapi.UpstreamBack){
		"another browser": func(b *authapi.UpstreamBack) { b.Browser = "b2" },
		"no browser":      func(b *authapi.UpstreamBack) { b.Browser = "" },
		"an unknown one":  func(b *authapi.UpstreamBack) { b.State += "x" },
		"none":            func(b *authapi.UpstreamBack) { b.State = "" },
		"the same again":  func(b *authapi.UpstreamBack) { *b = good },
	} {
		back := g.begin(t, "uni", g.uni)
		bend(&back)
		_, err := g.FinishLogin(t.Context(), back)
		wantCode(t, name, err, "federation.state")
	}
	stolen := g.begin(t, "uni", g.uni)
	thief := stolen
	thief.Browser = "b2"
	_, err := g.FinishLogin(t.Context(), thief)
	wantCode(t, "the thief", err, "federation.state")
	_, err = g.FinishLogin(t.Context(), stolen)
	wantCode(t, "the owner, after the thief", err, "federation.state")
	if n := g.uni.Asked("/token"); n != tokens {
		t.Error("the provider was shown a code of these")
	}
	_, err = g.StartLogin(t.Context(), authapi.UpstreamStart{Provider: "uni"})
	wantCode(t, "to begin without a browser", err, "federation.state")
}

func TestStateEnds(t *testing.T) {
	t.Parallel()
	g, now := newGuests(t, "create: true"), time.Now()
	store := memory.New(func() time.Time { return now })
	g.Flow = store
	back := g.begin(t, "uni", g.uni)
	now = now.Add(elsewhere)
	_, err := g.FinishLogin(t.Context(), back)
	wantCode(t, "too late", err, "federation.state")
	store.Fail(fault.New(fault.Unavailable, "flow.store_down", "down"))
	_, err = g.FinishLogin(t.Context(), back)
	wantCode(t, "no store", err, "flow.store_down")
	_, err = g.StartLogin(t.Context(), authapi.UpstreamStart{Provider: "uni", Browser: "b1"})
	wantCode(t, "no store at the start", err, "flow.store_down")
}

// TestAnswerAtAnothersState: what one provider answers is not taken for what
// was asked of another, though both know the same subject.
func TestAnswerAtAnothersState(t *testing.T) {
	t.Parallel()
	g := newGuests(t, "create: true")
	other := federationtest.Start(t, time.Now)
	other.Person(map[string]any{"sub": "sub-carol", "preferred_username": "mallory"})
	g.know(t, provider("uni", g.uni, "create: true")+provider("other", other, "create: true"))
	if _, err := g.signIn(t); err != nil {
		t.Fatal(err)
	}
	atUni, atOther := g.begin(t, "uni", g.uni), g.begin(t, "other", other)
	atUni.Code, atUni.Issuer = atOther.Code, atOther.Issuer
	_, err := g.FinishLogin(t.Context(), atUni)
	wantCode(t, "mixed up", err, "federation.untrusted")
	done, err := g.FinishLogin(t.Context(), g.begin(t, "other", other))
	if err != nil || done.Resolved.Principal.Name != "mallory" {
		t.Errorf("the same subject elsewhere is somebody else: %+v, %v", done, err)
	}
}

func TestRefusedElsewhere(t *testing.T) {
	t.Parallel()
	g := newGuests(t)
	var log strings.Builder
	g.Log = slog.New(slog.NewTextHandler(&log, nil))
	wantLog := func(text string) {
		t.Helper()
		if got := log.String(); !strings.Contains(got, text) || !strings.Contains(got, "provider=uni") {
			t.Errorf("operators read %q, without %q", got, text)
		}
		log.Reset()
	}
	_, err := g.signIn(t)
	wantCode(t, "nobody is linked", err, "federation.unknown")
	wantLog("sub-carol")
	back := g.begin(t, "uni", g.uni)
	back.Code, back.Error = "", "access_denied"
	_, err = g.FinishLogin(t.Context(), back)
	wantCode(t, "the person said no", err, "federation.refused")
	wantLog("access_denied")
	_, err = g.StartLogin(t.Context(), authapi.UpstreamStart{Provider: "nowhere", Browser: "b1"})
	wantCode(t, "no such provider", err, "federation.no_provider")
	if log.Len() > 0 {
		t.Errorf("anybody can fill the log: %s", log.String())
	}
	g.uni.Stop()
	g.know(t, provider("uni", g.uni))
	_, err = g.StartLogin(t.Context(), authapi.UpstreamStart{Provider: "uni", Browser: "b1"})
	wantCode(t, "it is down", err, "federation.unreachable")
	wantLog("connect")
	if list, err := g.Providers(t.Context(), authapi.Empty{}); err != nil || len(list.List) != 1 || list.List[0].Title != "The uni" {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestDisabledStaysOut(t *testing.T) {
	t.Parallel()
	g := newGuests(t, "create: true", "groups: {/cms: cms}")
	if _, err := g.signIn(t); err != nil {
		t.Fatal(err)
	}
	g.must(t, "carol", user.Disable{})
	g.is("carol", []string{"/cms"})
	_, err := g.signIn(t)
	wantCode(t, "disabled", err, "federation.disabled")
	if u := g.user(t, "carol"); len(u.Groups) != 0 {
		t.Errorf("the try has left %v", u.Groups)
	}
}

// TestTwoWindowsAtOnce: the same newcomer twice is one user.
func TestTwoWindowsAtOnce(t *testing.T) {
	t.Parallel()
	g := newGuests(t, "create: true")
	first := g.begin(t, "uni", g.uni)
	g.journal.Meet(func() {
		if _, err := g.signIn(t); err != nil {
			t.Error(err)
		}
	})
	if _, err := g.FinishLogin(t.Context(), first); err != nil {
		t.Error(err)
	}
	g.is("eve", nil)
	back := g.begin(t, "uni", g.uni)
	g.journal.Meet(func() {
		if _, err := g.RegisterUser(t.Context(), authapi.RegisterRequest{Name: "eve", Password: "eve12345"}); err != nil {
			t.Error(err)
		}
	})
	_, err := g.FinishLogin(t.Context(), back)
	wantCode(t, "another eve was faster", err, "federation.unlinked")
}

func TestLinkOfTwoIsNobodys(t *testing.T) {
	t.Parallel()
	g := newGuests(t, "create: true", bearerTokens)
	for _, name := range []string{"dave", "erin"} {
		if _, err := g.RegisterUser(t.Context(), authapi.RegisterRequest{Name: name, Password: "some password"}); err != nil {
			t.Fatal(err)
		}
		g.must(t, name, user.Link{Provider: "uni", Subject: "sub-carol"})
	}
	_, err := g.signIn(t)
	wantCode(t, "whose is it", err, "federation.ambiguous")
	_, err = g.bear(t, nil, authapi.KindUpstream)
	wantCode(t, "the token", err, "auth.wrong")
	if u := g.user(t, "carol"); u.Exists() {
		t.Error("a third one was registered")
	}
}

// TestNoPasswordIsWrong: who comes from elsewhere has none, and that is not to
// be told from a wrong one.
func TestNoPasswordIsWrong(t *testing.T) {
	t.Parallel()
	g := newGuests(t, "create: true")
	if _, err := g.signIn(t); err != nil {
		t.Fatal(err)
	}
	for _, pw := range []string{"", "x"} {
		_, err := g.Password(t.Context(), authapi.PasswordProof{Name: "carol", Password: pw})
		wantCode(t, "a password", err, "auth.wrong")
	}
}

const bearerTokens = "bearer: true\n  audiences: [heddle-api]"

// bear shows an access token of carol's at a door that takes some kinds.
func (g guests) bear(t *testing.T, changes map[string]any, accept ...authapi.Kind) (authapi.Resolved, error) {
	t.Helper()
	c := g.uni.Claims("")
	c["aud"] = "heddle-api"
	for name, value := range changes {
		c[name] = value
	}
	return g.Token(t.Context(), authapi.TokenProof{Value: g.uni.JWT(c, nil), Accept: accept})
}

func TestProvidersTokens(t *testing.T) {
	t.Parallel()
	g := newGuests(t, "create: true", bearerTokens)
	_, err := g.bear(t, nil, authapi.KindUpstream)
	wantCode(t, "nobody is registered by a token", err, "auth.wrong")
	if _, err := g.signIn(t); err != nil {
		t.Fatal(err)
	}
	g.must(t, "carol", user.Give{Role: user.Operator})
	g.must(t, "carol", user.Join{Group: "users"})
	got, err := g.bear(t, nil, authapi.KindUpstream)
	if err != nil {
		t.Fatal(err)
	}
	p := got.Principal
	if p.Name != "carol" || p.Group != "users" || p.Method != who.MethodToken || p.InPerson() || p.Operator() ||
		slices.Contains(got.Permissions, "cop") || !slices.Equal(p.Scopes, []string{"api"}) || p.Credential != "provider/uni" {
		t.Errorf("got %+v, %v", p, got.Permissions)
	}
	if until := time.Until(got.Facts.Expires); until <= 0 || until > 5*time.Minute || got.Facts.User != p.ID {
		t.Errorf("it stands on %+v", got.Facts)
	}
	for _, kinds := range [][]authapi.Kind{nil, {authapi.KindAPIKey, authapi.KindUserJWT, authapi.KindSiteJWT, authapi.KindCore4JWT}} {
		_, err = g.bear(t, nil, kinds...)
		wantCode(t, "a door that does not take it", err, "auth.wrong")
	}
	_, err = g.bear(t, map[string]any{"sub": "sub-other"}, authapi.KindUpstream)
	wantCode(t, "somebody else", err, "auth.wrong")
	_, err = g.bear(t, map[string]any{"aud": federationtest.Client}, authapi.KindUpstream)
	wantCode(t, "an ID token", err, "auth.wrong")
	g.must(t, "carol", user.Disable{})
	_, err = g.bear(t, nil, authapi.KindUpstream)
	wantCode(t, "disabled, with a token that was good", err, "auth.wrong")
}

// covers: U4-022
func TestWhatIsKnownNeedsNoProvider(t *testing.T) {
	t.Parallel()
	g := newGuests(t, "create: true", bearerTokens)
	if _, err := g.signIn(t); err != nil {
		t.Fatal(err)
	}
	before := g.uni.Questions()
	for range 3 {
		if _, err := g.bear(t, nil, authapi.KindUpstream); err != nil {
			t.Error(err)
		}
	}
	if n := g.uni.Questions(); n != before {
		t.Errorf("the provider was asked %d times", n-before)
	}
	g.uni.Stop()
	if _, err := g.bear(t, nil, authapi.KindUpstream); err != nil {
		t.Errorf("with the provider gone: %v", err)
	}
}
