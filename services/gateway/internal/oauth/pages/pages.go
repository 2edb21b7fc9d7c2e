// Package pages is what people see of the authorization server. It is
// separate from the door because it decides nothing: it is told everything it
// shows, and it sees to it that a page loads nothing, runs nothing, is framed
// by nobody and leads nowhere but where it is meant to.
package pages

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

//go:embed *.html
var files embed.FS

var templates = template.Must(template.ParseFS(files, "*.html"))

// Frame is what is around every page.
type Frame struct {
	Root   string // before every path: "" unless a proxy serves us under a prefix
	Title  string
	User   string // who is signed in
	Notice string // what went wrong, and what to do
	Wide   bool
}

// Client is an application as people know it.
type Client struct{ Name, URL, Icon string }

// Initial is the letter that stands for it.
func (c Client) Initial() string {
	for _, letter := range strings.ToUpper(strings.TrimSpace(c.Name)) {
		return string(letter)
	}
	return "?"
}

// Scope is one thing that an application may.
type Scope struct{ Scope, Text string }

// Hidden is a field that a form carries along.
type Hidden struct{ Name, Value string }

// Choice is a field with one of several values; a single one is fixed.
type Choice struct {
	Name, Label, Chosen string
	Options             []string
}

// Provider is another place to sign in at.
type Provider struct{ Title, URL string }

// Login asks who somebody is.
type Login struct {
	Frame
	Client      *Client // that waits for it
	Goes        string  // where the person who is signed in already can go on
	CSRF        string
	Hidden      []Hidden
	Username    string
	Certificate string // of the connection: its distinguished name
	Providers   []Provider
}

// Consent asks whether an application may act for somebody; with a code, a
// device.
type Consent struct {
	Frame
	Client       Client
	Scopes       []Scope
	DN           string
	ID           string
	CSRF         string
	Group, Setup Choice
	Hours        int    // to be changed; zero: Lifetime is shown
	Lifetime     string // "30 days"
}

// Code asks for the code of a device.
type Code struct {
	Frame
	Code string
}

// Done says that something is over.
type Done struct {
	Frame
	Text           string
	Link, LinkText string
}

// Error says what went wrong and what to do.
type Error struct {
	Frame
	Status         int
	Text, Advice   string
	Link, LinkText string
	Request        string // its id
}

// Logout asks whether somebody wants to sign out.
type Logout struct {
	Frame
	CSRF   string
	Hidden []Hidden
}

// Account is what somebody let act for them.
type Account struct {
	Frame
	CSRF             string
	Done             string
	Grants           []Grant
	Keys             []Key
	NoGrants, NoKeys bool // nobody can tell just now
}

// Grant is an application that acts for somebody.
type Grant struct {
	ID                   string
	Client               Client
	Scopes               []string
	Group                string
	Begun, Used, Expires string
}

// Key is one that a program acts with.
type Key struct {
	ID, Name               string
	Scopes                 []string
	Group                  string
	Created, Used, Expires string
}

// Page names a template.
type Page string

// The pages, and what they show.
const (
	LoginPage   Page = "login.html"   // Login
	ConsentPage Page = "consent.html" // Consent
	CodePage    Page = "code.html"    // Code
	DevicePage  Page = "device.html"  // Consent
	DonePage    Page = "done.html"    // Done
	ErrorPage   Page = "error.html"   // Error
	LogoutPage  Page = "logout.html"  // Logout
	AccountPage Page = "account.html" // Account
)

// Write answers with a page. target is the address to which its form's answer
// may redirect: browsers hold that against the page's policy, too.
func Write(w http.ResponseWriter, r *http.Request, status int, page Page, data any, target string) error {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, string(page), data); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Content-Security-Policy", policy(target))
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // the client may be gone
	}
	return nil
}

func policy(target string) string {
	p := "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
	if source := formSource(target); source != "" {
		p += " " + source
	}
	return p
}

var (
	webOrigin = regexp.MustCompile(`^https?://[A-Za-z0-9.-]+(:[0-9]+)?`)
	scheme    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
)

// formSource is an address in the words of a policy, which knows no IPv6
// addresses and no hosts of private schemes: of those the scheme is allowed.
func formSource(target string) string {
	if origin := webOrigin.FindString(target); origin != "" {
		return origin
	}
	return scheme.FindString(target)
}
