package assertion_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
)

func TestClientsSign(t *testing.T) {
	t.Parallel()
	want := clientauth.Assertion{Issuer: "c1", Subject: "c1", ID: "j1", Audience: []string{"https://heddle.test"},
		Issued: now, Expires: now.Add(time.Minute)}
	for _, alg := range []string{"EdDSA", "ES256", "RS256", "PS256"} {
		key := pairs()[alg]
		keys := set(json.RawMessage(`{"kty":"unknown"}`), key.public(t))
		for _, typ := range []string{"", "JWT", "client-authentication+jwt"} {
			headers := map[string]any{"kid": "any"}
			if typ != "" {
				headers["typ"] = typ
			}
			got, err := assertion.Clients{}.Assertion(key.sign(t, headers, clientClaims()), keys)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s %q: %+v, %v", alg, typ, got, err)
			}
		}
	}
	key := pairs()["EdDSA"]
	got, err := assertion.Clients{}.Assertion(key.sign(t, nil, map[string]any{"aud": []string{"a", "b"}, "nbf": now.Unix()}), set(key.public(t)))
	if err != nil || len(got.Audience) != 2 || !got.NotBefore.Equal(now) || !got.Expires.IsZero() {
		t.Errorf("judging is the caller's: %+v, %v", got, err)
	}
}

// TestWhatIsNotSignedAsItShouldBe holds for every kind: it is one verify.
func TestWhatIsNotSignedAsItShouldBe(t *testing.T) {
	t.Parallel()
	all := pairs()
	ed, rs := all["EdDSA"], all["RS256"]
	good := ed.sign(t, nil, clientClaims())
	parts := strings.Split(good, ".")
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weakPair := pair{jose.RS256, weak}
	var keys []json.RawMessage
	for _, k := range []pair{ed, all["ES256"], all["ES384"], rs, weakPair} {
		keys = append(keys, k.public(t))
	}
	private, _ := json.Marshal(jose.JSONWebKey{Key: ed.private})
	for name, c := range map[string]struct {
		token string
		keys  json.RawMessage
	}{
		"access token's type":     {ed.sign(t, map[string]any{"typ": "at+jwt"}, clientClaims()), set(keys...)},
		"access token, long":      {ed.sign(t, map[string]any{"typ": "application/at+JWT"}, clientClaims()), set(keys...)},
		"unknown type":            {ed.sign(t, map[string]any{"typ": "secevent+jwt"}, clientClaims()), set(keys...)},
		"alg not listed":          {all["RS512"].sign(t, nil, clientClaims()), set(keys...)},
		"curve not listed":        {all["ES384"].sign(t, nil, clientClaims()), set(keys...)},
		"weak RSA key":            {weakPair.sign(t, nil, clientClaims()), set(keys...)},
		"alg none":                {encoded(`{"alg":"none"}`) + "." + parts[1] + ".", set(keys...)},
		"alg none, signature":     {encoded(`{"alg":"none"}`) + "." + parts[1] + "." + parts[2], set(keys...)},
		"HS256 with a public key": {hs256(keys[3]), set(keys...)},
		"another's key":           {good, set(keys[1:]...)},
		"no keys":                 {good, set()},
		"no set":                  {good, nil},
		"set that is none":        {good, json.RawMessage(`[1]`)},
		"private key registered":  {good, set(private)},
		"key for encryption":      {good, set(member(t, ed, map[string]any{"use": "enc"}))},
		"key of another alg":      {rs.sign(t, nil, clientClaims()), set(member(t, rs, map[string]any{"alg": "PS256"}))},
		"key of another id":       {ed.sign(t, map[string]any{"kid": "k2"}, clientClaims()), set(member(t, ed, map[string]any{"kid": "k1"}))},
		"embedded jwk":            {embedded(t, ed), set(keys[1:]...)},
		"embedded jwk, known":     {embedded(t, ed), set(keys...)},
		"jku":                     {ed.sign(t, map[string]any{"jku": "https://evil.test/jwks"}, clientClaims()), set(keys...)},
		"x5u":                     {ed.sign(t, map[string]any{"x5u": "https://evil.test/cert"}, clientClaims()), set(keys...)},
		"x5c":                     {ed.sign(t, map[string]any{"x5c": []string{"AA=="}}, clientClaims()), set(keys...)},
		"crit":                    {ed.sign(t, map[string]any{"crit": []string{"exp"}, "exp": 1}, clientClaims()), set(keys...)},
		"claim twice":             {raw(t, ed, `{"iss":"c1","iss":"c2","sub":"c1"}`), set(keys...)},
		"date of no clock":        {ed.sign(t, nil, but(clientClaims(), map[string]any{"exp": 1e300})), set(keys...)},
		"date as text":            {ed.sign(t, nil, but(clientClaims(), map[string]any{"exp": "1800000000"})), set(keys...)},
		"negative date":           {ed.sign(t, nil, but(clientClaims(), map[string]any{"exp": -1})), set(keys...)},
		"audience of numbers":     {ed.sign(t, nil, but(clientClaims(), map[string]any{"aud": []int{1}})), set(keys...)},
		"audience null":           {raw(t, ed, `{"iss":"c1","sub":"c1","aud":null}`), set(keys...)},
		"claims that are a list":  {raw(t, ed, `[]`), set(keys...)},
		"no JSON":                 {raw(t, ed, `x`), set(keys...)},
		"changed":                 {parts[0] + "." + encoded(`{"iss":"c2","sub":"c2"}`) + "." + parts[2], set(keys...)},
		"JSON serialization":      {`{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`, set(keys...)},
		"white space":             {good + " ", set(keys...)},
		"17 KiB":                  {ed.sign(t, nil, but(clientClaims(), map[string]any{"x": strings.Repeat("x", 17<<10)})), set(keys...)},
		"empty":                   {"", set(keys...)},
	} {
		if a, err := (assertion.Clients{}).Assertion(c.token, c.keys); !errors.Is(err, assertion.ErrInvalid) {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
	if _, err := (assertion.Clients{}).Assertion(good, set(keys...)); err != nil {
		t.Fatal("what the bad ones are made of:", err)
	}
	if a, err := (assertion.Clients{}).Assertion(raw(t, ed, `{"ISS":"c1","Sub":"c1"}`), set(keys...)); err != nil || a.Issuer != "" || a.Subject != "" {
		t.Errorf("claims in another case are others: %+v, %v", a, err)
	}
}

func TestOnlySoManyKeysAreTried(t *testing.T) {
	t.Parallel()
	ed, ec := pairs()["EdDSA"], pairs()["ES256"]
	var keys []json.RawMessage
	for range 20 {
		keys = append(keys, ec.public(t))
	}
	if _, err := (assertion.Clients{}).Assertion(ed.sign(t, nil, clientClaims()), set(append(keys, ed.public(t))...)); !errors.Is(err, assertion.ErrInvalid) {
		t.Errorf("the 21st key: %v", err)
	}
}

func TestRegisteredKeyIsFoundByItsDigest(t *testing.T) {
	t.Parallel()
	ed, ec := pairs()["EdDSA"], pairs()["ES256"]
	keys := set(json.RawMessage(`{}`), ec.public(t), ed.public(t))
	for name, c := range map[string]struct {
		keys json.RawMessage
		spki string
		want bool
		err  error
	}{
		"there":          {keys, spki(t, ed), true, nil},
		"not there":      {keys, spki(t, pairs()["RS256"]), false, nil},
		"empty digest":   {keys, "", false, nil},
		"empty set":      {set(), spki(t, ed), false, nil},
		"unreadable set": {json.RawMessage("x"), spki(t, ed), false, assertion.ErrInvalid},
	} {
		if got, err := (assertion.Clients{}).HasKey(c.keys, c.spki); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func spki(t *testing.T, p pair) string {
	t.Helper()
	var jwk jose.JSONWebKey
	if err := json.Unmarshal(p.public(t), &jwk); err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(jwk.Key)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(der)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func raw(t testing.TB, p pair, payload string) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: p.alg, Key: p.private}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return serialize(t, s, []byte(payload))
}

func embedded(t testing.TB, p pair) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: p.alg, Key: p.private}, &jose.SignerOptions{EmbedJWK: true})
	if err != nil {
		t.Fatal(err)
	}
	payload, _ := json.Marshal(clientClaims())
	return serialize(t, s, payload)
}

// hs256 is the old confusion: the public key as the secret of an HMAC.
func hs256(public json.RawMessage) string {
	payload, _ := json.Marshal(clientClaims())
	text := encoded(`{"alg":"HS256"}`) + "." + base64.RawURLEncoding.EncodeToString(payload)
	mac := hmac.New(sha256.New, public)
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// member is a public key with further members.
func member(t testing.TB, p pair, more map[string]any) json.RawMessage {
	t.Helper()
	var jwk map[string]any
	if err := json.Unmarshal(p.public(t), &jwk); err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(but(jwk, more))
	return b
}
