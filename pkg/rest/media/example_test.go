package media_test

import (
	"fmt"
	"os"

	"github.com/heddle-dev/heddle/pkg/rest/media"
)

func ExampleRecords() {
	type job struct {
		ID    int    `json:"id"`
		State string `json:"state"`
	}
	jobs := []job{{7, "done"}, {12, "running"}}
	for _, form := range []media.Form{media.JSON, media.CSV, media.Text} {
		_ = media.Records(jobs).Write(os.Stdout, form)
		fmt.Println()
	}
	// Output:
	// [{"id":7,"state":"done"},{"id":12,"state":"running"}]
	// ,id,state
	// 0,7,done
	// 1,12,running
	//
	//    id    state
	// 0   7     done
	// 1  12  running
}
