package id_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"pgregory.net/rapid"
)

func TestSpellingsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := id.ID(rapid.Uint64Range(1, 1<<53-1).Draw(t, "id"))
		if got, err := id.Parse(v.String()); err != nil || got != v {
			t.Fatalf("Parse(%q) = %v, %v", v.String(), got, err)
		}
		if got, err := id.ParseDecimal(v.Decimal()); err != nil || got != v {
			t.Fatalf("ParseDecimal(%q) = %v, %v", v.Decimal(), got, err)
		}
		var back id.ID
		b, _ := json.Marshal(v)
		if err := json.Unmarshal(b, &back); err != nil || back != v {
			t.Fatalf("JSON %s = %v, %v", b, back, err)
		}
	})
}

func TestTimeSorted(t *testing.T) {
	a := id.New(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC))
	b := id.New(time.Date(2026, 11, 21, 0, 0, 0, 2e6, time.UTC))
	if a >= b || a.String() >= b.String() {
		t.Fatalf("%v is not before %v", a, b)
	}
	if key := id.FromKey("job", "u1", "k"); key <= b || key != id.FromKey("job", "u1", "k") || key == id.FromKey("job", "u2", "k") {
		t.Fatalf("an id from a key must be stable, its owner's own, and apart from ids by time: %v", key)
	}
	if key := id.FromKey("job", "alice", "k1").String(); key != "7t4ayfndfwk" {
		t.Errorf("things made by earlier versions are not found any more: %s", key)
	}
}

func TestRefusesWhatIsNoID(t *testing.T) {
	for _, s := range []string{"", "0", "00000000000", "zzzzzzzzzzz", "0000000000u", "000000000001", "../../../..", "-0000000001"} {
		if v, err := id.Parse(s); err == nil {
			t.Errorf("Parse(%q) = %v", s, v)
		}
	}
	for _, s := range []string{"", "0", "-1", "+1", "01", "1e3", "9007199254740992", "99999999999999999999"} {
		if v, err := id.ParseDecimal(s); err == nil {
			t.Errorf("ParseDecimal(%q) = %v", s, v)
		}
	}
}
