package api

import (
	"context"
	"slices"
)

// App is an API of Heddle's own (kind "door") or a program that has joined it
// (kind "app").
type App struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Root      string `json:"root"`
	Title     string `json:"title"`
	Owner     string `json:"owner,omitempty"`
	Instances int    `json:"instances,omitempty"`
}

// Apps lists the programs that have joined, and with doors Heddle's own APIs.
func (c *Client) Apps(ctx context.Context, doors bool) ([]App, error) {
	apps, _, err := page[App](ctx, c, "/apps", "apps", nil)
	return slices.DeleteFunc(apps, func(a App) bool { return !doors && a.Kind == "door" }), err
}
