package ticket

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func leave() Leave {
	return Leave{
		Tree: storage.Key{Kind: storage.Homes, Name: "alice"}, Path: "/a\nb", For: "archive",
		Patterns: []string{"*.txt"}, User: "alice", Expires: now.Add(Life),
	}
}

func TestTicketRoundTrip(t *testing.T) {
	t.Parallel()
	s := NewSigner(bytes.Repeat([]byte{1}, KeySize))
	token, err := s.Sign(leave())
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Check(token, now)
	if err != nil || !reflect.DeepEqual(got, leave()) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := s.Check(token, now.Add(Life-1)); err != nil {
		t.Errorf("just before its end: %v", err)
	}
	if _, err := s.Check(token, now.Add(Life)); fault.From(err).Code != "ticket.expired" || !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("at its end: %v", err)
	}
}

func TestForgedTickets(t *testing.T) {
	t.Parallel()
	s := NewSigner(bytes.Repeat([]byte{1}, KeySize))
	token, _ := s.Sign(leave())
	stranger, _ := NewSigner(bytes.Repeat([]byte{2}, KeySize)).Sign(leave())
	other := leave()
	other.Path = "/etc"
	elsewhere, _ := s.Sign(other)
	payload, mac, _ := strings.Cut(token, ".")
	swapped, _, _ := strings.Cut(elsewhere, ".")
	forged := []string{"", ".", "x", "x.y", payload, payload + ".", "." + mac, stranger, swapped + "." + mac, token + "x", "x" + token, token + "." + mac}
	for i := range len(token) - 1 { // the very last character has bits that mean nothing
		b := []byte(token)
		b[i] ^= 1
		forged = append(forged, string(b))
	}
	for _, f := range forged {
		if _, err := s.Check(f, now); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%q: %v", f, err)
		}
	}
}

func TestReplicasShareOneKey(t *testing.T) {
	t.Parallel()
	srv := natstest.Start(t)
	type answer struct {
		key []byte
		err error
	}
	answers := make(chan answer)
	for range 8 {
		nc := srv.Conn(t)
		go func() {
			key, err := SharedKey(t.Context(), nc, 0)
			answers <- answer{key, err}
		}()
	}
	first := <-answers
	for range 7 {
		a := <-answers
		if a.err != nil || !bytes.Equal(a.key, first.key) || len(a.key) != KeySize {
			t.Fatalf("another key, or none: %v, %v", a.err, first.err)
		}
	}
	srv.Restart(t)
	nc := srv.Conn(t)
	if key, err := SharedKey(t.Context(), nc, 0); err != nil || !bytes.Equal(key, first.key) {
		t.Errorf("after a restart of NATS: %v", err)
	}
}
