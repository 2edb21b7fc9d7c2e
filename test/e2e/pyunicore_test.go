package e2e

import (
	"testing"

	"github.com/heddle-dev/heddle/test/stage"
)

// TestPyUNICORE replays what the public PyUNICORE client said and looked at in
// test/clients/pyunicore_roundtrip.py, recorded between the two, so that its
// ways are tested where it is not installed.
func TestPyUNICORE(t *testing.T) {
	t.Parallel()
	told := map[string]bool{
		// covers: U4-003 U4-005 U4-014 U4-033 U4-059 U4-060
		"connects": false,
		// covers: U4-016 U4-019 U4-020 U4-021
		"keeps a session": false,
		// covers: U4-026 U4-027 U4-030 U4-101 U4-103 U4-162 U4-163 U4-177 U4-181
		"runs a job": false,
		// covers: U4-176 U4-178
		"runs a failing job": false,
		// covers: U4-028 U4-168
		"aborts a job": false,
		// covers: U4-105 U4-156 U4-157 U4-158 U4-167 U4-172
		"stages in from the client": false,
		// covers: U4-091 U4-098 U4-099 U4-105 U4-106 U4-114
		"uses storages": false,
		// covers: U4-029 U4-035 U4-066 U4-068 U4-071 U4-074 U4-075 U4-165 U4-166 U4-169
		"manages the rest": false,
	}
	retell(t, "testdata/pyunicore.http", told)
}

// TestPyUNICORECredentials is the same for what needs no key of its own in
// test/clients/pyunicore_credentials.py.
func TestPyUNICORECredentials(t *testing.T) {
	t.Parallel()
	retell(t, "testdata/pyunicore_credentials.http", map[string]bool{
		// covers: U4-005 U4-008
		"passwords": false,
		// covers: U4-220 U4-221 U4-222 U4-223 U4-224 U4-225 U4-226 U4-227 U4-228 U4-229
		"tokens of the server": false,
		// covers: U4-009 U4-010 U4-013 U4-014
		"preferences": false,
	})
}

// retell plays a recording, whose scenes are those of told.
func retell(t *testing.T, file string, told map[string]bool) {
	t.Helper()
	play := &replay{client: stage.NewClient(up.URL, 1), known: map[string]string{"url": up.URL}}
	for _, e := range recording(t, file) {
		if _, ok := told[e.scene]; !ok {
			t.Fatalf("%q is in the recording only", e.scene)
		}
		told[e.scene] = true
		play.play(t, e)
	}
	for scene, ok := range told {
		if !ok {
			t.Errorf("%q is not in the recording", scene)
		}
	}
}
