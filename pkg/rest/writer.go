package rest

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// writer remembers whether an answer has begun, and lets through what the
// server's own writer can do beside writing.
type writer struct {
	http.ResponseWriter
	wrote bool
	tags  bool // JSON answers get an ETag
}

func (w *writer) WriteHeader(status int) {
	w.wrote = w.wrote || status >= 200
	w.ResponseWriter.WriteHeader(status)
}

func (w *writer) Write(b []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(b)
}

// ReadFrom keeps the way open from a file straight to the socket.
func (w *writer) ReadFrom(r io.Reader) (int64, error) {
	w.wrote = true
	return io.Copy(w.ResponseWriter, r)
}

// Flush sends what was written so far, if the server can.
func (w *writer) Flush() {
	w.wrote = true
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack hands the connection over, for websockets.
func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.wrote = true
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap is for http.ResponseController.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
