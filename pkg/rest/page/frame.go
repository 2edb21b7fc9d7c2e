package page

import (
	"net/http"
	"strings"
	"unicode"
)

// Shape is how wide a page is.
type Shape string

// The shapes of a page.
const (
	Sheet Shape = ""          // to read: a text, cards, tables
	Door  Shape = "door"      // to answer: one question on one card
	Wide  Shape = "door wide" // to answer: a card with a list
	Bare  Shape = "bare"      // the page styles what is in the frame by itself
)

// Frame is what is around a page. What a template shows embeds it.
type Frame struct {
	Root   string // before the paths of links: "" unless a proxy serves us under a prefix
	Title  string // of the window
	Brand  string // "" is Heddle
	Shape  Shape
	User   string // who is signed in
	Links  []Link // to be had from everywhere
	Notice string // what went wrong, and what to do
	Good   string // what was done
}

// Link leads somewhere else. An address of another scheme than http, https or
// mailto becomes one that leads nowhere.
type Link struct{ Text, URL string }

// Card stands for an application or an endpoint in a grid.
type Card struct {
	Title, Subtitle string
	Text            string
	Author          string
	Tags            []string
	URL             string // where the title leads; "" is nowhere
	NewTab          bool   // it opens there
	Links           []Link
}

// Initial is the letter that stands for it.
func (c Card) Initial() string { return Initial(c.Title) }

// Initial is the first letter or digit of a name in upper case, else "?".
func Initial(name string) string {
	for _, letter := range name {
		if unicode.IsLetter(letter) || unicode.IsDigit(letter) {
			return strings.ToUpper(string(letter))
		}
	}
	return "?"
}

// Table is rows under columns; a narrow screen scrolls it sideways.
type Table struct {
	Caption string
	Columns []string
	Rows    [][]any
}

// Error says what went wrong and what a person can do.
type Error struct {
	Frame
	Status  int
	Reason  string // what it is, in large letters; "" is the status
	Text    string // what went wrong
	Detail  string // shown as it is: a stack
	Advice  string
	Request string // its id, for the operators
	Contact string // of the operators
	Link    Link   // where to go on
}

// Heading is the reason or the status.
func (e Error) Heading() any {
	if e.Reason != "" {
		return e.Reason
	}
	return e.Status
}

var errors = Must(files, "frame/pages/*.html")

// Write answers with the page of an error.
func (e Error) Write(w http.ResponseWriter, r *http.Request) error {
	if e.Title == "" {
		e.Title = http.StatusText(e.Status)
	}
	if e.Shape == Sheet && e.Detail == "" {
		e.Shape = Door
	}
	return errors.Write(w, r, e.Status, "error", e, Policy{})
}

// Wanted reports whether a person asks, who is to be answered with a page.
func Wanted(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}
