package main

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/resttest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Every route has a title and a text, and does what its examples show.
func TestDocumentation(t *testing.T) {
	resttest.Containers(t, who.Principal{ID: "alice", Name: "alice"}, app)
}
