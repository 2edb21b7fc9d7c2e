package tornado

import (
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Option sets what is special about one endpoint.
type Option func(*options)

type options struct {
	title, text       string
	request, response any
	errors            []fault.Kind
	locations         []string
	grants            []string
	authorization     []string
	mode              *Mode
	jencode           bool
	noContent         bool
	redirects         []string
	encode            Encoder
}

func optionsOf(opts []Option) (out options) {
	for _, o := range opts {
		o(&out)
	}
	return out
}

// Title and Text document the endpoint; the text is Markdown.
func Title(title string) Option { return func(o *options) { o.title = title } }

// Text is the endpoint's description, in Markdown.
func Text(text string) Option { return func(o *options) { o.text = text } }

// Example documents a request body and an answer, to be shown as JSON; nil is none.
func Example(request, response any) Option {
	return func(o *options) { o.request, o.response = request, response }
}

// Fails documents kinds of errors beside the usual ones.
func Fails(kinds ...fault.Kind) Option { return func(o *options) { o.errors = kinds } }

// At puts the endpoint somewhere else than its name says. An absolute path
// replaces the handler's location, a relative one is appended to it; several
// are alternatives. Arguments of the path follow.
func At(paths ...string) Option { return func(o *options) { o.locations = paths } }

// Grants are the kinds of credentials that this endpoint looks at, in this order.
func Grants(names ...string) Option { return func(o *options) { o.grants = names } }

// Allow are the words that say who may use this endpoint (5.7).
func Allow(words ...string) Option { return func(o *options) { o.authorization = words } }

// As is how this endpoint's results become HTTP.
func As(m Mode) Option { return func(o *options) { o.mode = &m } }

// JEncode sends times and bytes as DIRAC's JEncode has them.
func JEncode() Option { return func(o *options) { o.jencode = true } }

// NoContent answers with 204 where the endpoint returns nothing.
func NoContent() Option { return func(o *options) { o.noContent = true } }

// RedirectTo are origins, "https://portal.example.org", that this endpoint may
// redirect to, beside the server's own paths.
func RedirectTo(origins ...string) Option { return func(o *options) { o.redirects = origins } }

// Encoder writes an endpoint's result in place of the usual rules. An error
// that it returns before writing becomes the answer.
type Encoder func(w http.ResponseWriter, r *http.Request, result any) error

// Encode sets the endpoint's own encoder, TornadoREST's finish_ methods.
func Encode(e Encoder) Option { return func(o *options) { o.encode = e } }
