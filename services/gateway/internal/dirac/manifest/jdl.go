package manifest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
)

// JDL writes a manifest in DIRAC's job description language: an object is a
// section in brackets, a list is in braces, a number stands bare, and a text
// is quoted, with a backslash before what would end it.
func JDL(m lenient.Object) string {
	var b strings.Builder
	section(&b, m, 0)
	b.WriteByte('\n')
	return b.String()
}

func section(b *strings.Builder, m lenient.Object, depth int) {
	indent := strings.Repeat("    ", depth)
	b.WriteString("[\n")
	for _, member := range m {
		fmt.Fprintf(b, "%s    %s = ", indent, attribute(member.Name))
		value(b, member.Value, depth+1)
		b.WriteString(";\n")
	}
	b.WriteString(indent + "]")
}

// attribute keeps a name from being more than one.
func attribute(name string) string {
	for _, r := range name {
		if !(r == '_' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z') {
			return quote(name)
		}
	}
	return name
}

func value(b *strings.Builder, v any, depth int) {
	switch v := v.(type) {
	case nil:
		b.WriteString("undefined")
	case string:
		b.WriteString(quote(v))
	case []string:
		items(b, len(v), func(i int) { b.WriteString(quote(v[i])) })
	case []any:
		items(b, len(v), func(i int) { value(b, v[i], depth) })
	case lenient.Object:
		section(b, v, depth)
	default: // a number or a bool
		fmt.Fprint(b, v)
	}
}

func items(b *strings.Builder, n int, item func(int)) {
	b.WriteByte('{')
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		item(i)
	}
	b.WriteByte('}')
}

func quote(s string) string { return strconv.Quote(s) }
