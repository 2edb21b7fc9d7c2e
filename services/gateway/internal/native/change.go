package native

import (
	"encoding/json"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

func (d *door) putFile(w http.ResponseWriter, r *http.Request, p filesapi.Path) error {
	status := http.StatusOK
	if _, err := d.Backend.Files.Stat(r.Context(), p); fault.Is(err, fault.Missing) {
		status = http.StatusCreated
	} else if err != nil {
		return err
	}
	f, err := d.Backend.Bytes.Put(r.Context(), p, r.Body)
	if err != nil {
		return err
	}
	return writeJSON(w, status, f)
}

func (d *door) makeDir(w http.ResponseWriter, r *http.Request, p filesapi.Path) error {
	if r.ContentLength != 0 {
		return fault.New(fault.Invalid, "request.body", "POST makes a directory and takes no body; PUT uploads a file.").
			WithField("body", "must be empty")
	}
	f, err := d.Backend.Files.MakeDir(r.Context(), p)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, f)
}

func (d *door) remove(w http.ResponseWriter, r *http.Request, p filesapi.Path) error {
	if _, err := d.Backend.Files.Remove(r.Context(), p); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// writeJSON is for the routes that are not always JSON.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client may be gone
	return nil
}
