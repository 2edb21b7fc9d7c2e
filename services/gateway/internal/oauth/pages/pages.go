// Package pages is what people see of the authorization server. It is
// separate from the door because it decides nothing: it is told everything it
// shows, and it sees to it that a page loads nothing, runs nothing, is framed
// by nobody and leads nowhere but where it is meant to.
package pages

import (
	"embed"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest/page"
)

//go:embed *.html
var files embed.FS

var set = page.Must(files, "*.html")

// Client is an application as people know it.
type Client struct{ Name, URL, Icon string }

// Initial is the letter that stands for it.
func (c Client) Initial() string { return page.Initial(c.Name) }

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
	page.Frame
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
	page.Frame
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
	page.Frame
	Code string
}

// Done says that something is over.
type Done struct {
	page.Frame
	Text           string
	Link, LinkText string
}

// Logout asks whether somebody wants to sign out.
type Logout struct {
	page.Frame
	CSRF   string
	Hidden []Hidden
}

// Account is what somebody let act for them.
type Account struct {
	page.Frame
	CSRF             string
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
	LoginPage   Page = "login"   // Login
	ConsentPage Page = "consent" // Consent
	CodePage    Page = "code"    // Code
	DevicePage  Page = "device"  // Consent
	DonePage    Page = "done"    // Done
	LogoutPage  Page = "logout"  // Logout
	AccountPage Page = "account" // Account
)

// Write answers with a page. target is the address to which its form's answer
// may redirect.
func Write(w http.ResponseWriter, r *http.Request, status int, name Page, data any, target string) error {
	return set.Write(w, r, status, string(name), data, page.Policy{Form: target})
}
