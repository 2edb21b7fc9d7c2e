package compact_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/auth/internal/token/compact"
)

func header(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func TestHeadersAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]compact.Header{
		`{"alg":"EdDSA"}`: {Alg: "EdDSA"},
		`{"alg":"EdDSA","typ":"at+jwt","kid":"k1"}`:     {Alg: "EdDSA", Type: "at+jwt", KeyID: "k1"},
		`{"alg":"none","typ":"application/AT+JWT"}`:     {Alg: "none", Type: "at+jwt"}, // the verifier's list refuses it
		`{"alg":"RS256","x5t":"x","TYP":"at+jwt"}`:      {Alg: "RS256"},
		"{ \"alg\" : \"RS256\" ,\n \"typ\" : \"JWT\" }": {Alg: "RS256", Type: "jwt"},
	} {
		if got, err := compact.Parse(header(text) + ".AA.AA"); got != want || err != nil {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}

func TestWhatIsNotCompactIsRefused(t *testing.T) {
	t.Parallel()
	good := header(`{"alg":"EdDSA"}`)
	cases := map[string]string{
		"empty": "", "dots": "..", "one part": good, "two parts": good + ".AA", "four parts": good + ".AA.AA.AA",
		"no payload": good + "..AA", "no signature": good + ".AA.", "no header": ".AA.AA",
		"white space": good + ".AA.AA ", "line break": good + ".A\nA.AA", "padding": good + ".AA==.AA",
		"JSON":  `{"payload":"AA","protected":"` + good + `","signature":"AA"}`,
		"long":  good + "." + strings.Repeat("A", compact.Max) + ".AA",
		"UTF-8": good + ".AÄ.AA", "NUL": good + ".A\x00.AA",
		"loose bits in the header":    header(`{"alg":"E"}`)[:14] + "B.AA.AA",
		"loose bits in the signature": good + ".AA.AB",
	}
	for _, text := range []string{"", "null", "7", "[]", "{}", "{", `{"alg":null}`, `{"alg":7}`, `{"alg":""}`, `{"ALG":"EdDSA"}`,
		`{"alg":"EdDSA","typ":7}`, `{"alg":"EdDSA","kid":{}}`, `{"alg":"EdDSA","typ":null}`,
		`{"alg":"EdDSA","crit":["exp"]}`, `{"alg":"EdDSA","jwk":{}}`, `{"alg":"EdDSA","jku":"https://evil.test"}`,
		`{"alg":"EdDSA","x5u":"https://evil.test"}`, `{"alg":"EdDSA","x5c":[]}`, `{"alg":"EdDSA","b64":false}`,
		`{"alg":"dir","enc":"A128GCM"}`, `{"alg":"EdDSA","zip":"DEF"}`} {
		cases["header "+text] = header(text) + ".AA.AA"
	}
	for name, token := range cases {
		if h, err := compact.Parse(token); !errors.Is(err, compact.Err) {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(header(`{"alg":"EdDSA","typ":"at+jwt","kid":"k1"}`) + ".AA.AA")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		h, err := compact.Parse(token)
		if err == nil && (h.Alg == "" || len(token) > compact.Max || strings.Count(token, ".") != 2 || strings.ContainsAny(token, " \n={")) {
			t.Errorf("%q was read as %+v", token, h)
		}
	})
}
