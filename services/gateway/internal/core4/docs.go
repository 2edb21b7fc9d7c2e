package core4

import (
	"embed"

	"github.com/heddle-dev/heddle/pkg/rest"
)

//go:embed docs/*.md
var docFiles embed.FS

// docsOf reads the documentation of a handler's methods: files are by method.
func docsOf(files map[string]string) map[string]rest.Doc {
	out := map[string]rest.Doc{}
	for method, file := range files {
		out[method] = docOf(file)
	}
	return out
}

func docOf(file string) rest.Doc { return rest.MustReadDoc(docFiles, "docs/"+file+".md") }
