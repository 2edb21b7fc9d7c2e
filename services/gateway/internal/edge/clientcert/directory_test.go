package clientcert

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
)

// TestRevocation: what an authority has taken back is not trusted, and where
// its lists are old nobody is.
func TestRevocation(t *testing.T) {
	t.Parallel()
	soon, past := noon.Add(time.Hour), noon.Add(-time.Minute)
	g := newGrid(t)
	bob := sign(t, person("Bob"), g.branch, nil)
	eve := sign(t, person("Eve"), g.root, nil)
	p := proxyOf(t, g.alice)
	otherRoot := authority(t, "Root", nil) // the same name, another key
	der := func(b []byte) map[string][]byte { return map[string][]byte{"a1b2c3d4.r0": b} }
	asPEM := pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: listOf(t, g.root, soon, g.alice)})
	for name, c := range map[string]struct {
		files map[string][]byte
		chain []*party
		want  bool
	}{
		"nobody revoked":                  {der(listOf(t, g.root, soon)), []*party{g.alice}, true},
		"somebody else":                   {der(listOf(t, g.root, soon, eve)), []*party{g.alice}, true},
		"revoked":                         {der(listOf(t, g.root, soon, g.alice)), []*party{g.alice}, false},
		"revoked, PEM":                    {map[string][]byte{"root.crl": asPEM}, []*party{g.alice}, false},
		"revoked, with proxy":             {der(listOf(t, g.root, soon, g.alice)), []*party{p, g.alice}, false},
		"authority revoked":               {der(listOf(t, g.root, soon, g.branch)), []*party{bob, g.branch}, false},
		"by an authority below":           {map[string][]byte{"b.crl": listOf(t, g.branch, soon, bob)}, []*party{bob, g.branch}, false},
		"old list":                        {der(listOf(t, g.root, past)), []*party{g.alice}, false},
		"old list and a new one":          {map[string][]byte{"a.r0": listOf(t, g.root, past), "a.r1": listOf(t, g.root, soon)}, []*party{g.alice}, true},
		"revoked in the old list":         {map[string][]byte{"a.r0": listOf(t, g.root, past, g.alice), "a.r1": listOf(t, g.root, soon)}, []*party{g.alice}, false},
		"somebody else's list":            {der(listOf(t, g.stranger, soon, g.alice)), []*party{g.alice}, true},
		"a list with a stolen name":       {der(listOf(t, otherRoot, soon, g.alice)), []*party{g.alice}, true},
		"an old list with a stolen name":  {der(listOf(t, otherRoot, past)), []*party{g.alice}, true},
		"a file that is no list":          {der([]byte("x")), []*party{g.alice}, true},
		"a file of another kind":          {map[string][]byte{"README": listOf(t, g.root, soon, g.alice)}, []*party{g.alice}, true},
		"another's old list, below Alice": {der(listOf(t, g.branch, past)), []*party{g.alice}, true},
	} {
		dir := t.TempDir()
		put(t, dir, "root.0", pemOf(g.root))
		for file, text := range c.files {
			put(t, dir, file, text)
		}
		at := grid{dir: dir, now: noon}
		at.open(t)
		if got := at.judge(t, c.chain...); got.Trusted != c.want {
			t.Errorf("%s: trusted %v", name, got.Trusted)
		}
	}
}

// TestDirectoryIsReadAgain: what an operator changes counts within a minute,
// also for a chain that was judged before.
func TestDirectoryIsReadAgain(t *testing.T) {
	t.Parallel()
	g := newGrid(t)
	trusted := func(want bool, what string) {
		t.Helper()
		if got := g.judge(t, g.alice); got.Trusted != want {
			t.Errorf("%s: trusted %v", what, got.Trusted)
		}
	}
	g.now = noon.Add(lookEvery / 2)
	trusted(true, "at first")
	put(t, g.dir, "root.crl", listOf(t, g.root, noon.Add(30*time.Minute), g.alice))
	g.now = g.now.Add(lookEvery/2 - time.Second)
	trusted(true, "before the next look")
	g.now = g.now.Add(time.Second)
	trusted(false, "revoked")
	put(t, g.dir, "root.crl", []byte("broken, of another size"))
	g.now = g.now.Add(lookEvery)
	trusted(false, "a broken list: the one before stays")
	put(t, g.dir, "root.crl", listOf(t, g.root, noon.Add(30*time.Minute)))
	g.now = g.now.Add(lookEvery)
	trusted(true, "let in again")
	g.now = noon.Add(31 * time.Minute)
	trusted(false, "the list has grown old")
	if err := os.Remove(filepath.Join(g.dir, "root.crl")); err != nil {
		t.Fatal(err)
	}
	g.now = g.now.Add(lookEvery)
	trusted(true, "no list")
	if err := os.Rename(g.dir, g.dir+".away"); err != nil {
		t.Fatal(err)
	}
	g.now = g.now.Add(lookEvery)
	trusted(true, "a directory that is away for a moment")
	if err := os.Rename(g.dir+".away", g.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(g.dir, "root.pem")); err != nil {
		t.Fatal(err)
	}
	g.now = g.now.Add(lookEvery)
	trusted(false, "no authority")
	put(t, g.dir, "root.pem", pemOf(g.root))
	g.now = g.now.Add(lookEvery)
	trusted(true, "the authority is back")
	g.now = noon.Add(time.Hour + time.Second)
	trusted(false, "the certificate has ended")
}

func TestJudgementEndsWithTheCertificate(t *testing.T) {
	t.Parallel()
	g := newGrid(t)
	g.now = noon.Add(time.Hour - time.Second)
	if got := g.judge(t, g.alice); !got.Trusted {
		t.Fatal("not trusted")
	}
	g.now = g.now.Add(2 * time.Second)
	if got := g.judge(t, g.alice); got.Trusted {
		t.Error("trusted after its end")
	}
}

func TestDirectoryThatIsNotThere(t *testing.T) {
	t.Parallel()
	if _, err := Open(Config{Dir: filepath.Join(t.TempDir(), "x"), Now: time.Now, Log: logx.Discard()}); err == nil {
		t.Error("opened")
	}
}

func TestAuthoritiesOfADirectory(t *testing.T) {
	t.Parallel()
	g := newGrid(t)
	bob := sign(t, person("Bob"), g.branch, nil)
	put(t, g.dir, "branch.crt", append(pemOf(g.alice), pemOf(g.branch)...)) // people beside it are passed over
	carol := sign(t, person("Carol"), nil, nil)
	put(t, g.dir, "carol.pem", pemOf(carol))
	put(t, g.dir, "stranger.pem", []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
	if err := os.Mkdir(filepath.Join(g.dir, "directory.pem"), 0o700); err != nil {
		t.Fatal(err)
	}
	g.open(t)
	if got := g.judge(t, bob); !got.Trusted {
		t.Error("the authority between is in the directory")
	}
	if got := g.judge(t, carol); got.Trusted {
		t.Error("nor do they vouch for themselves")
	}
	below := proxyOf(t, g.alice)
	if got := g.judge(t, sign(t, person("Eve"), g.alice, nil), g.alice); got.Trusted {
		t.Error("people are no authorities")
	}
	if got := g.judge(t, below, g.alice); !got.Trusted {
		t.Error("a proxy beside all that")
	}
	put(t, g.dir, "root.pem", g.root.Raw) // DER
	g.open(t)
	if got := g.judge(t, g.alice); !got.Trusted {
		t.Error("an authority in DER")
	}
}

// TestOnlySoMuchIsRemembered: anybody can make certificates.
func TestOnlySoMuchIsRemembered(t *testing.T) {
	t.Parallel()
	var k known
	for i := range 3 * maxKnown {
		k.keep([32]byte{byte(i), byte(i >> 8)}, judgement{})
		if len(k.all) > maxKnown {
			t.Fatalf("%d remembered", len(k.all))
		}
	}
}
