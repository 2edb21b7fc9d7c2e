package tornado_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

// ask serves a handler and prints the answers to requests, each "VERB /path
// body as NAME": a JSON body or a form, by alice if nobody is named.
func ask(handler any, requests ...string) {
	askWith(tornado.Config{Grants: grants(), Option: options("/DIRAC/Setup", "Production")}, handler, requests...)
}

func askWith(cfg tornado.Config, handler any, requests ...string) {
	app, err := tornado.New(context.Background(), cfg, tornado.API{System: "Example", Name: "API", Handler: handler})
	if err != nil {
		fmt.Println(err)
		return
	}
	asks(app.Container(0), requests...)
}

func asks(c rest.Container, requests ...string) {
	s, err := rest.NewServer(slog.New(slog.DiscardHandler), c)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, request := range requests {
		request, name, named := strings.Cut(request, " as ")
		method, target, _ := strings.Cut(request, " ")
		target, body, _ := strings.Cut(target, " ")
		header := alice
		switch {
		case name == "nobody":
			header = "X: y"
		case named:
			header = "Authorization: Bearer " + name
		}
		show(send(s, method, target, body, header))
	}
}

// show prints an answer in one line; of an error without structure it has the
// code, or what is wrong with the arguments.
func show(w *httptest.ResponseRecorder) {
	body := w.Body.String()
	var refused struct {
		Error, Error_description string
	}
	if json.Unmarshal([]byte(body), &refused) == nil && refused.Error != "" {
		if body = refused.Error; body == "invalid_request" {
			body = refused.Error_description
		}
	}
	line := []string{strconv.Itoa(w.Code)}
	line = append(line, strings.Fields(body)...)
	for _, name := range []string{"Location", "X-Seen"} {
		if values := w.Header().Values(name); len(values) > 0 {
			line = append(line, name+": "+strings.Join(values, ", "))
		}
	}
	fmt.Println(strings.Join(line, " "))
}
