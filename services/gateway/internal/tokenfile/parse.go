package tokenfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// entry is one token of the list.
type entry struct {
	hash
	description      string
	expires, revoked time.Time // zero: never
}

// valid says whether the token may be used at a time.
func (e *entry) valid(now time.Time) bool {
	return (e.expires.IsZero() || e.expires.After(now)) && (e.revoked.IsZero() || e.revoked.After(now))
}

// parse reads the whole file. An entry that cannot be used is skipped, which
// refuses its token: keeping the whole old list because of it would leave
// tokens valid that the new one revokes. No error repeats a hash.
func parse(text string) (entries []entry, skipped []error, err error) {
	var raw []json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return nil, nil, fmt.Errorf("a JSON array of objects is needed: %w", err)
	}
	if raw == nil {
		return nil, nil, errors.New("a JSON array of objects is needed, not null")
	}
	for i, r := range raw {
		e, err := parseEntry(r)
		if err != nil {
			skipped = append(skipped, fmt.Errorf("entry %d: %w", i+1, err))
			continue
		}
		entries = append(entries, e)
	}
	return entries, skipped, nil
}

func parseEntry(raw json.RawMessage) (entry, error) {
	var f struct {
		Hash        string  `json:"hash"`
		Description *string `json:"description"`
		Expires     string  `json:"expires_at"`
		Revoked     string  `json:"revoked_at"`
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return entry{}, wrongType(err)
	}
	if f.Description == nil {
		return entry{}, errors.New("description is missing: it names the token in logs and events")
	}
	h, err := parseHash(f.Hash)
	if err != nil {
		return entry{}, fmt.Errorf("hash: %w", err)
	}
	expires, err := parseTime(f.Expires)
	if err != nil {
		return entry{}, fmt.Errorf("expires_at: %w", err)
	}
	revoked, err := parseTime(f.Revoked)
	if err != nil {
		return entry{}, fmt.Errorf("revoked_at: %w", err)
	}
	return entry{hash: h, description: *f.Description, expires: expires, revoked: revoked}, nil
}

// wrongType says which field is wrong.
func wrongType(err error) error {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && t.Field != "" {
		return fmt.Errorf("%s must be a string, not a JSON %s", t.Field, t.Value)
	}
	return errors.New("a JSON object is needed")
}

// timeForm is that of all times in the file.
const timeForm = "2006-01-02T15:04:05Z"

func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(timeForm, text)
	if err != nil || strings.ContainsAny(text, ".,") {
		return time.Time{}, errors.New("a time in UTC is needed, like 2026-12-31T23:59:59Z")
	}
	return t, nil
}
