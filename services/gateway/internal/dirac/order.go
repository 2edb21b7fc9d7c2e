package dirac

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// order is how a list is sorted; the zero order is the newest first.
type order struct {
	by         attribute
	descending bool
}

// newOrder reads sort=Attribute:ASC or :DESC; without either it is ascending.
func newOrder(q url.Values) (order, error) {
	text := q.Get("sort")
	if text == "" {
		return order{}, nil
	}
	name, direction, _ := strings.Cut(text, ":")
	by, ok := find(name)
	if !ok {
		return order{}, invalid("sort", "there is no attribute %q", name)
	}
	switch strings.ToUpper(direction) {
	case "", "ASC":
		return order{by: by}, nil
	case "DESC":
		if by.name == "JobID" {
			return order{}, nil
		}
		return order{by: by, descending: true}, nil
	}
	return order{}, invalid("sort", "must end with :ASC or :DESC")
}

func (o order) natural() bool { return o.by.of == nil }

// sort keeps the newest first among equals.
func (o order) sort(jobs []jobView) {
	if o.natural() {
		return
	}
	slices.SortStableFunc(jobs, func(a, b jobView) int {
		c := compare(o.by.of(a), o.by.of(b))
		if o.descending {
			return -c
		}
		return c
	})
}

// compare compares numbers as numbers.
func compare(a, b string) int {
	m, errM := strconv.ParseInt(a, 10, 64)
	n, errN := strconv.ParseInt(b, 10, 64)
	if errM == nil && errN == nil {
		return cmp.Compare(m, n)
	}
	return strings.Compare(a, b)
}

// pick leaves of each job the fields that are asked for, by the names of
// either spelling, and its number.
func pick(page listView, asked []string) (any, error) {
	keep := map[string]bool{"jid": true}
	for _, name := range strings.FieldsFunc(strings.Join(asked, ","), func(r rune) bool { return r == ',' || r == ' ' }) {
		a, known := find(name)
		switch {
		case known && !strings.HasSuffix(a.name, "Flag"):
			keep[a.short] = true
		case name == "flags" || name == "times":
			keep[name] = true
		default:
			return nil, invalid("fields", "there is no field %q", name)
		}
	}
	out := struct {
		Entries int                          `json:"entries"`
		Jobs    []map[string]json.RawMessage `json:"jobs"`
	}{page.Entries, []map[string]json.RawMessage{}}
	for _, v := range page.Jobs {
		text, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(text, &fields); err != nil {
			return nil, err
		}
		for name := range fields {
			if !keep[name] {
				delete(fields, name)
			}
		}
		out.Jobs = append(out.Jobs, fields)
	}
	return out, nil
}
