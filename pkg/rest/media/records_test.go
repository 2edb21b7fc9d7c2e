package media_test

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/media"
)

type inner struct{ Depth int }

type record struct {
	inner
	*hidden
	Name   string `json:"name,omitempty"`
	Secret string `json:"-"`
	own    int
	N      *int
}

type hidden struct{ H int }

func TestRecords(t *testing.T) {
	t.Parallel()
	one := 1
	for want, table := range map[string]media.Table{
		",Depth,name,N\n0,7,x,1\n1,0,,\n": media.Records([]record{{inner: inner{7}, Name: "x", Secret: "s", own: 1, N: &one}, {}}),
		",a,b\n0,1,\n1,,2\n":              media.Records([]map[string]any{{"a": 1}, {"b": 2}}),
		",value\n0,x\n":                   media.Records([]string{"x"}),
		"\n":                              media.Records([]map[string]int{}),
	} {
		if got := written(t, table, media.CSV); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
