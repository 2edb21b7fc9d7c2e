package media

import (
	"fmt"

	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

// Ask is what a client asks for of a list, to be embedded in a request.
type Ask struct {
	Page    int `arg:"page,keyword" default:"0" doc:"Which page, from 0; negative ones count from the end."`
	PerPage int `arg:"per_page,keyword" default:"10" doc:"How many there are on a page."`
}

// Paging says which part of a list a page is; its JSON names are core4's.
type Paging struct {
	Total     int `json:"total_count"` // in the whole list
	PageCount int `json:"page_count"`
	Page      int `json:"page"` // from 0
	PerPage   int `json:"per_page"`
	Count     int `json:"count"` // on this page
}

// Page is a part of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	Paging
}

// Paged is a Page of whatever type.
type Paged interface {
	// Part says which part of the list it is, and gives its items, a slice
	// that is not nil.
	Part() (Paging, any)
}

// Part makes a Page a Paged.
func (p Page[T]) Part() (Paging, any) { return p.Paging, append([]T{}, p.Items...) }

// MaxPerPage bounds a page where nobody says otherwise.
const MaxPerPage = 1000

// Paginate gives the page that is asked for of a list that is counted by
// length and read by query, which is not asked for items that there are not.
// A page beyond the end is empty. A per_page below 1 or above most is an
// Invalid fault; most 0 means MaxPerPage.
func Paginate[T any](ask Ask, most int, length func() (int, error), query func(skip, limit int) ([]T, error)) (Page[T], error) {
	if most == 0 {
		most = MaxPerPage
	}
	if ask.PerPage < 1 || ask.PerPage > most {
		return Page[T]{}, arg.Fault(arg.Problem{Name: "per_page", Text: fmt.Sprintf("must be from 1 to %d", most)})
	}
	total, err := length()
	if err != nil {
		return Page[T]{}, err
	}
	p := Page[T]{Items: []T{}, Paging: Paging{Total: total, PageCount: (total + ask.PerPage - 1) / ask.PerPage, Page: ask.Page, PerPage: ask.PerPage}}
	if p.Page < 0 {
		p.Page = max(0, p.PageCount+p.Page)
	}
	if p.Page >= p.PageCount {
		return p, nil
	}
	skip := p.Page * p.PerPage
	items, err := query(skip, min(p.PerPage, total-skip))
	p.Items, p.Count = append(p.Items, items...), len(items)
	return p, err
}

// PageOf gives the page that is asked for of a list in memory.
func PageOf[T any](ask Ask, most int, list []T) (Page[T], error) {
	return Paginate(ask, most, func() (int, error) { return len(list), nil },
		func(skip, limit int) ([]T, error) { return list[skip : skip+limit], nil })
}
