package media_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/media"
)

// covers: C2-042
func TestPages(t *testing.T) {
	t.Parallel()
	list := make([]int, 25)
	for i := range list {
		list[i] = i
	}
	for ask, want := range map[media.Ask]string{
		{Page: 0, PerPage: 10}:             `[0,9] {25 3 0 10 10}`,
		{Page: 2, PerPage: 10}:             `[20,24] {25 3 2 10 5}`,
		{Page: -1, PerPage: 10}:            `[20,24] {25 3 2 10 5}`,
		{Page: -3, PerPage: 10}:            `[0,9] {25 3 0 10 10}`,
		{Page: math.MinInt, PerPage: 1}:    `[0,0] {25 25 0 1 1}`,
		{Page: 3, PerPage: 10}:             `[] {25 3 3 10 0}`,
		{Page: math.MaxInt, PerPage: 1000}: fmt.Sprintf(`[] {25 1 %d 1000 0}`, math.MaxInt),
		{Page: 0, PerPage: 1000}:           `[0,24] {25 1 0 1000 25}`,
		{Page: 0, PerPage: 0}:              "parameter [per_page] must be from 1 to 1000",
		{Page: 0, PerPage: -1}:             "parameter [per_page] must be from 1 to 1000",
		{Page: 0, PerPage: 1001}:           "parameter [per_page] must be from 1 to 1000",
	} {
		p, err := media.PageOf(ask, 0, list)
		got := "[]"
		if len(p.Items) > 0 {
			got = fmt.Sprintf("[%d,%d]", p.Items[0], p.Items[len(p.Items)-1])
		}
		got = fmt.Sprint(got, " ", p.Paging)
		if err != nil {
			got = fault.From(err).Message
		}
		if got != want || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %s", ask, got)
		}
	}
	if _, err := media.PageOf(media.Ask{PerPage: 6}, 5, list); err == nil {
		t.Error("the bound is not kept")
	}
}

func TestPageInJSON(t *testing.T) {
	t.Parallel()
	p, err := media.PageOf(media.Ask{PerPage: 2}, 0, []string{"a", "b", "c"})
	b, _ := json.Marshal(p)
	if err != nil || string(b) != `{"items":["a","b"],"total_count":3,"page_count":2,"page":0,"per_page":2,"count":2}` {
		t.Errorf("%s %v", b, err)
	}
	var paged media.Paged = media.Page[int]{}
	_, items := paged.Part()
	if b, _ := json.Marshal(items); string(b) != "[]" {
		t.Errorf("no items are %s", b)
	}
}

func TestAListThatCannotBeRead(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	ask := media.Ask{PerPage: 1}
	_, err := media.Paginate(ask, 0, func() (int, error) { return 0, gone }, func(int, int) ([]int, error) { return nil, nil })
	_, err2 := media.Paginate(ask, 0, func() (int, error) { return 5, nil }, func(int, int) ([]int, error) { return nil, gone })
	_, err3 := media.Paginate(media.Ask{PerPage: 1, Page: 9}, 0, func() (int, error) { return 5, nil }, func(int, int) ([]int, error) { return nil, gone })
	if !errors.Is(err, gone) || !errors.Is(err2, gone) || err3 != nil {
		t.Error(err, err2, err3)
	}
}
