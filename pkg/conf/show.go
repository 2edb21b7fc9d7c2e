package conf

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
)

// Usage prints every option with its variable, default and text.
func Usage(w io.Writer, program string, cfg any) {
	fmt.Fprintf(w, "Usage: %s [options]\n\nOptions (a flag beats its environment variable, which beats the file):\n", program)
	own := []Option{
		{Name: fileFlag, Type: "string", Doc: "Read a configuration file, YAML or JSON."},
		{Name: "check", Doc: "Check the configuration and exit."},
		{Name: "help", Doc: "Show this text and exit."},
	}
	for _, o := range append(own, Describe(cfg)...) {
		head := "--" + o.Name
		if o.Type != "" && o.Type != "bool" {
			head += " " + o.Type
		}
		fmt.Fprintf(w, "  %s\n", head)
		if text := o.usage(); text != "" {
			fmt.Fprintf(w, "        %s\n", text)
		}
	}
}

// usage is the option's text with its variable and default.
func (o Option) usage() string {
	var notes []string
	if o.Env != "" {
		notes = append(notes, o.Env)
		if o.Secret {
			notes[0] += " or " + o.Env + "_FILE"
		}
	}
	if o.Default != "" {
		notes = append(notes, "default "+o.Default)
	}
	if len(notes) == 0 {
		return o.Doc
	}
	return strings.TrimSpace(o.Doc + " (" + strings.Join(notes, "; ") + ")")
}

// hidden stands in the log for what is set but not shown, as in net/url.
const hidden = "xxxxx"

// Redacted is the configuration for the log: secrets, and passwords inside
// URLs, are hidden.
func Redacted(cfg any) slog.Value {
	opts, err := optionsOf(cfg)
	if err != nil {
		return slog.StringValue(err.Error())
	}
	attrs := make([]slog.Attr, 0, len(opts))
	for _, o := range opts {
		text := o.text()
		if o.Secret && text != "" {
			text = hidden
		}
		attrs = append(attrs, slog.String(o.Name, redactURLs(text)))
	}
	return slog.GroupValue(attrs...)
}

func redactURLs(text string) string {
	parts := strings.Split(text, ",")
	for i, p := range parts {
		if u, err := url.Parse(strings.TrimSpace(p)); err == nil && u.User != nil {
			u.User = url.User(hidden) // a name alone may be a token
			parts[i] = u.String()
		}
	}
	return strings.Join(parts, ",")
}
