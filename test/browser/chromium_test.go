//go:build browser

package browser

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// patience is how long a page may take on a busy machine.
const patience = time.Minute

// tab is a tab of a real browser, driven over DevTools' pipe: messages of JSON
// with a zero byte behind each.
type tab struct {
	t       *testing.T
	to      io.Writer
	session string

	mu      sync.Mutex
	last    int
	answers map[int]chan message
	wrong   []string      // what the console says of the page
	changed chan struct{} // closed at every event
}

type message struct {
	ID     int             `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  json.RawMessage `json:"error,omitempty"`
}

// chromium starts a browser with an empty profile, and opens a tab.
func chromium(t *testing.T) *tab {
	t.Helper()
	in, toBrowser, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromBrowser, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--remote-debugging-pipe", "--ignore-certificate-errors", "--user-data-dir="+t.TempDir(), "about:blank")
	cmd.ExtraFiles = []*os.File{in, out} // file descriptors 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v: the browser's tests need chromium, a package of Debian", err)
	}
	_, _ = in.Close(), out.Close()
	b := &tab{t: t, to: toBrowser, answers: map[int]chan message{}, changed: make(chan struct{})}
	go b.listen(fromBrowser)
	t.Cleanup(func() {
		_ = b.post(request{Method: "Browser.close"})
		_ = cmd.Wait()
		_, _ = toBrowser.Close(), fromBrowser.Close()
	})
	b.open()
	return b
}

func (b *tab) open() {
	b.t.Helper()
	var target struct{ TargetID string }
	b.call("Target.createTarget", object{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", object{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log"} {
		b.call(domain+".enable", nil, nil)
	}
	b.call("Page.setLifecycleEventsEnabled", object{"enabled": true}, nil)
}

func (b *tab) listen(from io.Reader) {
	for r := bufio.NewReader(from); ; {
		text, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) != nil {
			continue
		}
		b.mu.Lock()
		if answer := b.answers[m.ID]; answer != nil {
			answer <- m
			delete(b.answers, m.ID)
		}
		b.note(m)
		if m.Method != "" {
			close(b.changed)
			b.changed = make(chan struct{})
		}
		b.mu.Unlock()
	}
}

// note keeps what the browser finds wrong with a page.
func (b *tab) note(m message) {
	switch m.Method {
	case "Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown":
		b.wrong = append(b.wrong, string(m.Params))
	}
}

type object = map[string]any

// request is a message to the browser, or with a session to the tab.
type request struct {
	ID      int    `json:"id"`
	Method  string `json:"method"`
	Params  any    `json:"params,omitempty"`
	Session string `json:"sessionId,omitempty"`
}

func (b *tab) post(r request) error {
	text, err := json.Marshal(r)
	if err == nil {
		_, err = b.to.Write(append(text, 0))
	}
	return err
}

// call asks the browser, which must not refuse.
func (b *tab) call(method string, params any, out any) {
	b.t.Helper()
	if err := b.try(method, params, out); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
}

func (b *tab) try(method string, params any, out any) error {
	answer := make(chan message, 1)
	b.mu.Lock()
	b.last++
	id := b.last
	b.answers[id] = answer
	b.mu.Unlock()
	if err := b.post(request{id, method, params, b.session}); err != nil {
		return err
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			return fmt.Errorf("%s", m.Error)
		}
		if out == nil {
			return nil
		}
		return json.Unmarshal(m.Result, out)
	case <-time.After(patience):
		return fmt.Errorf("no answer within %v", patience)
	}
}

// eval runs a script beside the page, whose own policy allows none.
func (b *tab) eval(script string) (string, error) {
	var r struct {
		Result           struct{ Value any }
		ExceptionDetails *struct{ Text string }
	}
	err := b.try("Runtime.evaluate", object{"expression": "String(" + script + ")", "returnByValue": true}, &r)
	if err == nil && r.ExceptionDetails != nil {
		err = fmt.Errorf("%s", r.ExceptionDetails.Text)
	}
	return fmt.Sprint(r.Result.Value), err
}

// read is eval on a page that is there.
func (b *tab) read(script string) string {
	b.t.Helper()
	v, err := b.eval(script)
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return v
}

func (b *tab) goTo(url string) {
	b.t.Helper()
	b.call("Page.navigate", object{"url": url}, nil)
}

// heading waits for a page with this heading, and looks at the page.
func (b *tab) heading(text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("document.readyState === 'complete' && document.querySelector('h1')?.textContent === %q", text))
	b.look()
}

// until waits for a condition: it is asked for again whenever the browser has
// something to tell.
func (b *tab) until(condition string) {
	b.t.Helper()
	for deadline := time.After(patience); ; {
		b.mu.Lock()
		changed := b.changed
		b.mu.Unlock()
		if v, err := b.eval(condition); err == nil && v == "true" {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			b.t.Fatalf("within %v not %s, but\n%s\n%v", patience, condition, b.read("location.href + '\\n' + document.body.innerText"), b.wrong)
		}
	}
}

// typing is done where the focus is.
func (b *tab) types(text string) {
	b.t.Helper()
	b.call("Input.insertText", object{"text": text}, nil)
}

// press presses a key.
func (b *tab) press(key string) {
	b.t.Helper()
	code := map[string]int{"Tab": 9, "Enter": 13}[key]
	text := map[string]string{"Enter": "\r"}[key]
	b.call("Input.dispatchKeyEvent", object{"type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text}, nil)
	b.call("Input.dispatchKeyEvent", object{"type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code}, nil)
}

// click clicks the button or link of this text.
func (b *tab) click(text string) {
	b.t.Helper()
	b.read(fmt.Sprintf("[...document.querySelectorAll('button,a')].find(e => e.textContent.trim() === %q).click()", text))
}

// quiet fails the test if the browser found anything wrong so far.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.wrong {
		b.t.Errorf("the console says %s", w)
	}
}
