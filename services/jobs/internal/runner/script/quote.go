package script

import "strings"

// literal quotes a text so that the shell takes it as it is.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// Words are texts as words of a command line that says exactly these.
func Words(list []string) string {
	var quoted []string
	for _, s := range list {
		quoted = append(quoted, literal(s))
	}
	return strings.Join(quoted, " ")
}

// expanding quotes a text so that it stays one word and variables in it
// expand. A backslash keeps its meaning before $ and `, as in the shell.
func expanding(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			b.WriteString(`\"`)
		case c == '\\' && i+1 < len(s) && (s[i+1] == '$' || s[i+1] == '`'):
			b.WriteByte(c)
			i++
			b.WriteByte(s[i])
		case c == '\\':
			b.WriteString(`\\`)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
