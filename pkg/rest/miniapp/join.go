// Package miniapp is how a program that serves containers of its own joins a
// running gateway: what it tells the gateway over NATS, how long that holds,
// and how the gateway tells it, request by request, who asks. It is separate
// from package rest because the gateway and the program speak it from both
// ends, and neither needs the other's half.
//
// A program registers again every Renew. Each registration is complete, so
// that any replica of a gateway can take it and none has to remember anything
// of the program that the others do not: a gateway, NATS and the program may
// be restarted in any order.
package miniapp

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"strings"
	"time"
)

// Subject is where a Registration is sent; the answer is a Lease.
const Subject = "cmd.gateway.app.join"

// The lease: a program that was not heard of for Term is forgotten, and one
// that lives is heard of three times in it.
const (
	Term  = 5 * time.Second
	Renew = 1500 * time.Millisecond
)

// inboxRoot is where answers may reach programs that join.
const inboxRoot = "_INBOX_APP"

// Inboxes are the subjects of all programs' inboxes, for NATS permissions.
const Inboxes = inboxRoot + ".>"

// Inbox is the prefix of the inboxes of those who hold a token: of all that
// joins, only they may hear what is answered to them.
func Inbox(token string) string {
	sum := sha256.Sum256([]byte("inbox:" + token))
	return inboxRoot + "." + hex.EncodeToString(sum[:16])
}

// Secret is a text that logs and error texts do not show. Its JSON form, which
// travels between the program and the gateway, is complete.
type Secret string

const hidden = "[not shown: it is a secret]"

func (Secret) String() string       { return hidden }
func (Secret) GoString() string     { return hidden }
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// NewInstance names one run of a program.
func NewInstance() string { return strings.ToLower(rand.Text()) }

// NewKey makes the key that one run of a program shares with the gateway.
func NewKey() Secret { return Secret(rand.Text() + rand.Text()) }

// Registration is everything that a gateway needs to know of one run of a
// program.
type Registration struct {
	// Token is an API key or an access token with the scope api. The gateway
	// has it judged each time, and keeps it nowhere.
	Token    Secret `json:"token"`
	Instance string `json:"instance"` // NewInstance
	Key      Secret `json:"key"`      // NewKey
	// URL is where the program listens: scheme, IP address and port.
	URL string `json:"url"`
	// Pin is that of the key of the program's certificate, and required with
	// https (see Pin).
	Pin     string `json:"pin,omitempty"`
	Program string `json:"program"` // its name, for people
	Apps    []App  `json:"apps"`
	// Leave ends the lease at once.
	Leave bool `json:"leave,omitempty"`
}

// App is one container.
type App struct {
	Name   string  `json:"name"`
	Root   string  `json:"root"` // "/greeter"
	Title  string  `json:"title"`
	Doc    string  `json:"doc,omitempty"`
	Cards  []Card  `json:"cards,omitempty"`
	Routes []Route `json:"routes"`
	// OpenAPI is where under the root the program describes itself; "" is nowhere.
	OpenAPI string `json:"openapi,omitempty"`
	// Handlers are core4's of the container, for its listings.
	Handlers []Handler `json:"handlers,omitempty"`
	// Permissions says that the program wants to be told the callers'
	// permissions of core4, whatever they have shown.
	Permissions bool `json:"permissions,omitempty"`
}

// Route is one line of a container's table.
type Route struct {
	Pattern string `json:"pattern"` // "GET /hello/{name}", under the root
	Access  string `json:"access"`  // the rule's name: who.Named reads it
	Title   string `json:"title"`
}

// Card is what listings show of a container or of a part of it. Addresses are
// paths of the server, or https URLs of other sites; an empty one is none.
type Card struct {
	Title     string   `json:"title"`
	Subtitle  string   `json:"subtitle,omitempty"`
	Author    string   `json:"author,omitempty"`
	Icon      string   `json:"icon,omitempty"` // one character, or a name of a few letters
	Tags      []string `json:"tags,omitempty"`
	Enter     string   `json:"enter,omitempty"`
	Card      string   `json:"card,omitempty"`
	Help      string   `json:"help,omitempty"`
	Protected bool     `json:"protected,omitempty"` // one has to sign in to enter
}

// Handler is what listings show of one of core4's request handlers. Addresses
// are as those of cards.
type Handler struct {
	ID   string `json:"id"`   // its rsc_id
	Qual string `json:"qual"` // its qualified name
	// Names are those by which permissions may mean it; none: Qual.
	Names     []string    `json:"names,omitempty"`
	Title     string      `json:"title"`
	Subtitle  string      `json:"subtitle,omitempty"`
	Author    string      `json:"author"`
	Tags      []string    `json:"tags,omitempty"`
	Icon      string      `json:"icon,omitempty"`
	Doc       string      `json:"doc,omitempty"`
	Version   string      `json:"version,omitempty"` // of its project
	Target    string      `json:"target,omitempty"`  // "blank" opens Enter in a new tab
	Enter     string      `json:"enter"`
	Help      string      `json:"help,omitempty"`
	Patterns  [][2]string `json:"patterns,omitempty"` // with the root, and the rule's name
	Protected bool        `json:"protected,omitempty"`
	SPA       bool        `json:"spa,omitempty"`
	Res       int         `json:"res,omitempty"`
	Created   time.Time   `json:"created,omitzero"` // as it says itself
}

// Lease is a gateway's answer.
type Lease struct {
	For   time.Duration `json:"for"`           // without a further registration it ends after that
	Renew time.Duration `json:"renew"`         // when to register again
	URL   string        `json:"url,omitempty"` // how people reach the gateway
}
