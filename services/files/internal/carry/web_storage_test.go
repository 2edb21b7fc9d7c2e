package carry

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// unicore is a server with one storage; directories end with a slash.
type unicore map[string]string

const filesAt = "/SITE/rest/core/storages/S1/files"

func (u unicore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := "/" + strings.Trim(strings.TrimPrefix(r.URL.Path, filesAt), "/")
	content, file := u[at]
	type entry map[string]any
	about, listed := entry{"isDirectory": !file}, entry{}
	for name := range u {
		if path.Dir(strings.TrimSuffix(name, "/")) == at {
			listed[name] = entry{"isDirectory": strings.HasSuffix(name, "/")}
		}
	}
	if !file {
		about["content"] = listed
	}
	switch wanted := r.Header.Get("Accept"); {
	case r.Header.Get("Authorization") != "Bearer secret":
		w.WriteHeader(http.StatusUnauthorized)
	case !file && len(listed) == 0:
		w.WriteHeader(http.StatusNotFound)
	case wanted == "application/json":
		_ = json.NewEncoder(w).Encode(about)
	case !file:
		w.WriteHeader(http.StatusNotAcceptable)
	case strings.HasPrefix(wanted, "application/octet-stream"):
		_, _ = io.WriteString(w, content)
	}
}

func TestFilesOfUnicoreServers(t *testing.T) {
	t.Parallel()
	server := unicore{"/a.dat": "A", "/b c.dat": "B", "/dir/": "", "/dir/d.dat": "D", "/dir/sub/": "", "/dir/sub/e.txt": "E", "/dir/100%?#.dat": "odd", "/[x]": "X"}
	base := serve(t, server.ServeHTTP) + filesAt
	for _, c := range []struct{ from, to, arrived string }{
		{"/a.dat", "x", "/x"},
		{"/a.dat", "in/", "/in/a.dat"},
		{"/b%20c.dat", "", "/b c.dat"},
		{"/*.dat", "all", "/all/a.dat /all/b c.dat"},
		{"/dir", "d", "/d/100%?#.dat /d/d.dat /d/sub/e.txt"},
		{"/dir/", "", "/100%?#.dat /d.dat /sub/e.txt"},
		{"/dir/100%25%3F%23.dat", "odd", "/odd"},
		{"/d%3Fr/*/%3F.txt", "", "/dir/sub/e.txt"},
		{"", "root", "/root/[x] /root/a.dat /root/b c.dat /root/dir/100%?#.dat /root/dir/d.dat /root/dir/sub/e.txt"},
	} {
		w := start(t)
		what := in(base+c.from, c.to)
		what.Authorization = "Bearer secret"
		if arrived, err := w.carry(t.Context(), what); err != nil || arrived != c.arrived {
			t.Errorf("%+v: %q, %v", c, arrived, err)
		}
	}
	w := start(t)
	for from, kind := range map[string]fault.Kind{"/none": fault.Missing, "/*.none": fault.Missing, "/none/*": fault.Missing, "/[-": fault.Invalid} {
		what := in(base+from, "")
		what.Authorization = "Bearer secret"
		_, err := w.carry(t.Context(), what)
		refused(t, from, err, kind, base)
	}
	_, err := w.carry(t.Context(), in(base+"/a.dat", ""))
	refused(t, "without leave", err, fault.Denied, base+"/a.dat: answered 401")
	w.is(t)
}

// TestHostileListings: what a server lists is believed only if it can be in the
// directory.
func TestHostileListings(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		"/dir/../../../etc/cron.d/x", "../x", "/dir/..", "/dir/../", "/dir/", "/dir", "/", "", "/other/x", "/dir/a/b", "/dir/a\x00b",
		"/dir/.heddle-part-x", "/dir/" + strings.Repeat("n", 256), "/dirx", "/dir/.",
	} {
		w := start(t)
		url := serve(t, func(rw http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(rw).Encode(map[string]any{"isDirectory": true, "content": map[string]any{key: map[string]any{}}})
		})
		_, err := w.carry(t.Context(), in(url+filesAt+"/dir", "in"))
		refused(t, fmt.Sprintf("%q", key), err, fault.Invalid, "which is no file in it")
		w.is(t)
	}
	w := start(t)
	for name, body := range map[string]string{"no JSON": "<html>", "another shape": `{"isDirectory":"yes"}`, "a list": "[]"} {
		url := serve(t, func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, body) })
		_, err := w.carry(t.Context(), in(url+filesAt+"/dir", "in"))
		refused(t, name, err, fault.Invalid, "cannot be read")
	}
}

// TestBottomlessServer: directories in directories, and one with more files
// than may be carried.
func TestBottomlessServer(t *testing.T) {
	t.Parallel()
	w := start(t)
	url := serve(t, func(rw http.ResponseWriter, r *http.Request) {
		at := strings.TrimPrefix(r.URL.Path, filesAt)
		_ = json.NewEncoder(rw).Encode(map[string]any{"isDirectory": true, "content": map[string]any{at + "/d/": map[string]any{"isDirectory": true}}})
	})
	_, err := w.carry(t.Context(), in(url+filesAt+"/d", ""))
	refused(t, "no bottom", err, fault.Exhausted, filesAt)
	deep := start(t, func(l *Limits) { l.Files = 1e6 })
	_, err = deep.carry(t.Context(), in(url+filesAt+"/d", ""))
	refused(t, "no bottom, and no other limit", err, fault.Exhausted, "too deep")
	wide := serve(t, func(rw http.ResponseWriter, r *http.Request) {
		l := map[string]any{}
		for i := range 200 {
			l[fmt.Sprintf("%s/d%d/", strings.TrimPrefix(r.URL.Path, filesAt), i)] = map[string]any{"isDirectory": true}
		}
		if strings.Count(r.URL.Path, "/d") > 1 {
			clear(l)
		}
		_ = json.NewEncoder(rw).Encode(map[string]any{"isDirectory": true, "content": l})
	})
	_, err = w.carry(t.Context(), in(wide+filesAt+"/d", ""))
	refused(t, "many empty directories", err, fault.Exhausted, "more directories")
	many := unicore{}
	for i := range 101 {
		many[fmt.Sprintf("/f%d", i)] = "x"
	}
	what := in(serve(t, many.ServeHTTP)+filesAt, "")
	what.Authorization = "Bearer secret"
	_, err = w.carry(t.Context(), what)
	refused(t, "too many", err, fault.Exhausted, "more files than")
}

func TestUrlsOfStorages(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://h/S/rest/core/storages/1/files/a/b%2Fc":   "a/b/c",
		"https://h/rest/core/storages/1/files":             "",
		"https://h/rest/core/storages/1/files/":            "",
		"https://h/S/rest/core/storages/1/filesystem/a":    "no",
		"https://h/S/rest/core/storages/1":                 "no",
		"https://h/S/rest/core/storages//files/a":          "no",
		"https://h/files/a":                                "no",
		"https://h/S/rest/core/storages/a%2Fb/files/x%20y": "x y",
	} {
		u, err := url.Parse(text)
		must(t, err)
		r, ok := storageOf(u)
		if ok != (want != "no") || ok && r.path != want {
			t.Errorf("%s: %+v, %v", text, r, ok)
		}
		if ok && !strings.HasPrefix(u.String(), r.root.String()) {
			t.Errorf("%s: its root is %s", text, r.root)
		}
	}
}
