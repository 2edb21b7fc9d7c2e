package token_test

import "testing"

// FuzzOpen: of whatever text, only what the mint made itself is opened.
func FuzzOpen(f *testing.F) {
	m := newMint(f)
	made := map[string]bool{}
	for _, text := range everyKind(f, m) {
		made[text] = true
		f.Add(text)
	}
	f.Add("")
	f.Add("2|1:0|10:1800000000|5:token|0:||")
	f.Fuzz(func(t *testing.T, text string) {
		_, accessErr := m.OpenAccess(text)
		_, idErr := m.OpenID(text)
		_, _, refreshErr := m.OpenRefresh(text, "c1")
		_, _, _, _, core4Err := m.OpenCore4(text)
		_, _, _, _, resetErr := m.OpenReset(text)
		_, sealErr := m.Unseal(text, m.now)
		for kind, err := range map[string]error{"access": accessErr, "ID": idErr, "refresh": refreshErr,
			"core4": core4Err, "reset": resetErr, "cookie": sealErr} {
			if err == nil && !made[text] {
				t.Errorf("%q was opened as %s", text, kind)
			}
		}
	})
}
