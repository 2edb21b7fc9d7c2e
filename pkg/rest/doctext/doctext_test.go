package doctext_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/doctext"
)

const guide = `Jobs of a **project**.

    Methods:
        GET /jobs - lists them
        GET /jobs/<id> - shows one

    PARAMETERS:
        - id (str): of the job

    Return:
        the job

    Raises:
        404: no such job

    Example:
        >>> get("/jobs/1")
        200

    Methods:
        DELETE /jobs/<id>

    Notes:
        none

    Returns:
        true
`

// Sections are found whatever their number, case and place, and a part that
// comes again is about the next route.
//
// covers: C2-087 C2-088 C2-089 C2-090 C2-091 C2-092
func TestParse(t *testing.T) {
	t.Parallel()
	text := doctext.Parse(guide)
	if text.Intro != "Jobs of a **project**." {
		t.Errorf("introduction %q", text.Intro)
	}
	var got []string
	for i, b := range text.Blocks {
		for _, s := range b {
			first, _, _ := strings.Cut(s.Text, "\n")
			got = append(got, fmt.Sprintf("%d %d %s %s", i, s.Line, s.Part, strings.TrimSpace(first)))
		}
	}
	want := []string{
		"0 3 method GET /jobs - lists them", "0 7 parameter - id (str): of the job", "0 10 return the job", "0 13 raise 404: no such job",
		`0 16 example >>> get("/jobs/1")`, "1 20 method DELETE /jobs/<id>", "1 26 return true",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if fmt.Sprint(text.Extra) != "[Notes]" {
		t.Errorf("extra %v", text.Extra)
	}
	for _, p := range doctext.Parts() {
		if !text.Has(p) {
			t.Errorf("no %s", p)
		}
		if doctext.Parse("Only an introduction.\nmethod: GET").Has(p) {
			t.Errorf("%s is there", p)
		}
	}
	if empty := doctext.Parse(""); empty.Intro != "" || empty.Blocks != nil {
		t.Errorf("%+v", empty)
	}
	page, problems := text.HTML(nil)
	for _, want := range []string{
		"<p>Jobs of a <strong>project</strong>.</p>", "<h3>Methods</h3>\n<p>GET /jobs - lists them\nGET /jobs/&lt;id&gt;", "<h3>Parameters</h3>\n<ul>\n<li><p>id (str): of the job</p>",
		`<h3>Examples</h3>` + "\n" + `<pre tabindex="0">&gt;&gt;&gt; get(&#34;/jobs/1&#34;)` + "\n200</pre>", "<h3>Raises</h3>",
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	if len(problems) > 0 || strings.Count(string(page), "<section>") != 2 {
		t.Errorf("%v\n%s", problems, page)
	}
}

// covers: C2-138
func TestMarkup(t *testing.T) {
	t.Parallel()
	const a = ` rel="noopener noreferrer">`
	for name, c := range map[string]struct{ in, want, problem string }{
		"text":             {in: "a <b> & c", want: "<p>a &lt;b&gt; &amp; c</p>"},
		"bold and italic":  {in: "**a** *b* 2 * 3 snake_case", want: "<p><strong>a</strong> <em>b</em> 2 * 3 snake_case</p>"},
		"literals":         {in: "``a*b`` `c<d>`", want: "<p><code>a*b</code> <code>c&lt;d&gt;</code></p>"},
		"escaped":          {in: `\*a\* \[b](c) \x`, want: `<p>*a* [b](c) \x</p>`},
		"paragraphs":       {in: "a\nb\n\nc", want: "<p>a\nb</p>\n<p>c</p>"},
		"list":             {in: "a\n- b\n  c\n- d", want: "<p>a</p>\n<ul>\n<li><p>b\nc</p>\n</li>\n<li><p>d</p>\n</li>\n</ul>"},
		"numbers":          {in: "1. a\n2) b", want: "<ol>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>"},
		"nested":           {in: "* a\n  - b\n* c", want: "<ul>\n<li><p>a</p>\n<ul>\n<li><p>b</p>\n</li>\n</ul>\n</li>\n<li><p>c</p>\n</li>\n</ul>"},
		"fence":            {in: "```go\na **b** {{ x }}\n\n<c>\n```\nd", want: `<pre tabindex="0">a **b** X` + "\n\n&lt;c&gt;</pre>\n<p>d</p>"},
		"open fence":       {in: "a\n```\nb", want: "<p>a</p>\n" + `<pre tabindex="0">b</pre>`, problem: "line 2: the code is not closed by ```"},
		"code":             {in: "so::\n\n    a\n      b\n\nc", want: "<p>so:</p>\n" + `<pre tabindex="0">a` + "\n  b</pre>\n<p>c</p>"},
		"code alone":       {in: "::\n  a", want: "<p>::\na</p>"},
		"doctest":          {in: "a\n>>> 1 < 2\nTrue\n\nb", want: "<p>a</p>\n" + `<pre tabindex="0">&gt;&gt;&gt; 1 &lt; 2` + "\nTrue</pre>\n<p>b</p>"},
		"heading":          {in: "## A *b*\nc", want: "<h4>A <em>b</em></h4>\n<p>c</p>"},
		"no heading":       {in: "#a", want: "<p>#a</p>"},
		"link":             {in: "[a](https://x.example/?b=1&c)", want: `<p><a href="https://x.example/?b=1&amp;c"` + a + "a</a></p>"},
		"link of reST":     {in: "see `a b <http://x.example>`_.", want: `<p>see <a href="http://x.example"` + a + "a b</a>.</p>"},
		"address":          {in: "at https://x.example/a.", want: `<p>at <a href="https://x.example/a"` + a + "https://x.example/a</a>.</p>"},
		"script":           {in: "[a](javascript:alert)", want: "<p>a (javascript:alert)</p>", problem: "line 1: a link leads to http"},
		"data":             {in: "`a <data:text/html,x>`_", want: "<p>a (data:text/html,x)</p>", problem: "not to \"data:text/html,x\""},
		"own path":         {in: "[a](/b?c)", want: `<p><a href="/b?c"` + a + "a</a></p>"},
		"backslash":        {in: `[a](/\\evil)`, want: `<p>a (/\\evil)</p>`, problem: "a link leads"},
		"line break":       {in: "[a](/\n/evil)", want: "<p>a (/\n/evil)</p>", problem: "a link leads"},
		"other host":       {in: "[a](//evil.example)", want: "<p>a (//evil.example)</p>", problem: "a link leads"},
		"password":         {in: "https://a:b@x.example", want: "<p>https://a:b@x.example</p>"},
		"attribute":        {in: `[a](https://x.example/"onclick=x)`, want: `<p><a href="https://x.example/&#34;onclick=x"` + a + "a</a></p>"},
		"not closed":       {in: "a\n\n**b *c `d", want: "<p>a</p>\n<p>**b *c `d</p>", problem: "line 3: ** is not closed"},
		"field":            {in: "{{x}} {{ site }} {{ path }}", want: `<p>X <a href="https://s.example/"` + a + "https://s.example/</a> /a&lt;</p>"},
		"field as address": {in: "[go]({{ path }})", want: `<p><a href="/a&lt;"` + a + "go</a></p>"},
		"evil field":       {in: "[go]({{ evil }})", want: "<p>go (javascript:x)</p>", problem: "a link leads"},
		"evil path":        {in: "[go]({{ away }})", want: "<p>go (//evil)</p>", problem: "a link leads"},
		"unknown field":    {in: "{{ y }} {{", want: "<p>{{ y }} {{</p>", problem: `there is no field "y"`},
		"no template":      {in: "{{ x | html }} {{ range .A }}", want: "<p>{{ x | html }} {{ range .A }}</p>", problem: "there is no field"},
		"value is text":    {in: "**{{ bold }}**", want: "<p><strong>&lt;b&gt;*x* {{x}}</strong></p>"},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems := doctext.HTML(c.in, doctext.Fields{
				"x": "X", "site": "https://s.example/", "path": "/a<", "evil": "javascript:x", "away": "//evil", "bold": "<b>*x* {{x}}",
			})
			if strings.TrimSpace(string(got)) != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			if all := fmt.Sprint(problems); c.problem == "" != (len(problems) == 0) || !strings.Contains(all, c.problem) {
				t.Errorf("problems %s", all)
			}
		})
	}
}

// A line of a problem is that of the whole text.
func TestProblemsOfSections(t *testing.T) {
	t.Parallel()
	_, problems := doctext.Parse("a\n\nMethods:\n    b\n    **c").HTML(nil)
	if fmt.Sprint(problems) != "[line 4: ** is not closed]" {
		t.Errorf("%v", problems)
	}
}

// Whatever a text is made of, it is read in time that grows with its length.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"*", "**a ", "`", "``", "[", "[a](", "{{", "{{a}}", "- ", "> ", ">>>\n", "```\n", "h", "https://", "::\n", "#", "  - a\n", "1. ", "a:\n", "methods:\n", "\x00", "\xff", "\\"} {
		start := time.Now()
		page, problems := doctext.Parse(strings.Repeat(unit, doctext.MaxText)).HTML(nil)
		if took := time.Since(start); took > 20*time.Second || len(problems) > 20 || strings.ContainsRune(string(page), 0) {
			t.Errorf("%q took %v, %d problems", unit, took, len(problems))
		}
	}
	deep := ""
	for i := range 1000 {
		deep += strings.Repeat("  ", i) + "- a\n"
	}
	if page, _ := doctext.HTML(deep, nil); strings.Count(string(page), "<ul>") > 8 {
		t.Error("lists have no bound")
	}
}
