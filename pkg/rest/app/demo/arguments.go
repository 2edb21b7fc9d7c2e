package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/media"
)

type when struct {
	DT *time.Time `arg:"dt" doc:"A moment; UTC unless it says otherwise."`
}

// ago tells how long ago a moment is, as the manual does.
func ago(c *app.Call, in when) (string, error) {
	if in.DT == nil {
		return "got: None (0sec. to now)", nil
	}
	text := strings.TrimSuffix(in.DT.UTC().Format("2006-01-02 15:04:05.000000"), ".000000")
	return fmt.Sprintf("got: %s (%dsec. to now)", text, int64(c.Started.Sub(*in.DT).Seconds())), nil
}

var argTest = &app.Handler{Qual: name + "ArgTestHandler", Title: "date and time arguments", Author: author,
	Doc:   "Says how long ago the moment `dt` is.",
	Typed: []app.Endpoint{app.Get(ago), app.Post(ago)}}

// every has an argument of every type.
type every struct {
	Int      *int            `arg:"int"`
	Float    *float64        `arg:"float"`
	Bool     *bool           `arg:"bool"`
	Str      *string         `arg:"str"`
	Dict     *map[string]any `arg:"dict"`
	List     *[]any          `arg:"list"`
	Datetime *time.Time      `arg:"datetime"`
}

func show(_ *app.Call, in every) (map[string]any, error) {
	return map[string]any{"int": in.Int, "float": in.Float, "bool": in.Bool, "str": in.Str,
		"dict": in.Dict, "list": in.List, "datetime": in.Datetime}, nil
}

var types = &app.Handler{Qual: name + "TypesHandler", Title: "arguments of every type", Author: author,
	Doc:   "Shows each argument as it was understood, null where there was none.",
	Typed: []app.Endpoint{app.Get(show), app.Post(show)}}

type needed struct {
	A int `arg:"a" doc:"Must be there."`
}

var need = &app.Handler{Qual: name + "NeedHandler", Title: "an argument that must be there", Author: author,
	Doc:   "Shows the number `a`, without which the answer is 400.",
	Typed: []app.Endpoint{app.Get(func(_ *app.Call, in needed) (map[string]int, error) { return map[string]int{"a": in.A}, nil })}}

var frame = &app.Handler{Qual: name + "FrameHandler", Title: "a data frame", Author: author,
	Doc: "A table of three rows, in the form that the client accepts: JSON, HTML, CSV or text.",
	Typed: []app.Endpoint{app.Get(func(*app.Call, struct{}) (media.Table, error) {
		return media.Table{Columns: []string{"a", "b"}, Rows: media.Rows([]any{1, "x"}, []any{2, "y"}, []any{3, "z"})}, nil
	})}}

// part is what is asked for of the rows.
type part struct {
	media.Ask
	Sort int `arg:"sort" default:"-1" doc:"1 for ascending order, -1 for descending."`
}

type row struct {
	Index int `json:"idx"`
}

// rows are those of idx 1 to 60.
func rows(_ *app.Call, in part) (media.Page[row], error) {
	list := make([]row, 60)
	for i := range list {
		list[i].Index = i + 1
	}
	if in.Sort < 0 {
		slices.Reverse(list)
	}
	return media.PageOf(in.Ask, 0, list)
}

var paging = &app.Handler{Qual: name + "PageHandler", Title: "a page of sixty rows", Author: author,
	Doc:   "One page of them; `page`, `per_page` and `sort` say which.",
	Typed: []app.Endpoint{app.Get(rows)}}
