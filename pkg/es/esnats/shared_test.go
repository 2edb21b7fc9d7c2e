package esnats

import (
	"context"
	"errors"
	"sync"
	"testing"
)

// Whoever comes while a question is under way shares the next one, and only that.
func TestSharedQuestionsAreNeverOlderThanTheirCallers(t *testing.T) {
	t.Parallel()
	asked, answers := make(chan struct{}), make(chan int)
	s := &shared[int]{ask: func(context.Context) (int, error) {
		asked <- struct{}{}
		return <-answers, nil
	}}
	get := func(out chan<- int) {
		v, err := s.get(t.Context())
		if err != nil {
			t.Error(err)
		}
		out <- v
	}
	first, later := make(chan int), make(chan int)
	go get(first)
	<-asked // the first question is under way
	const callers = 20
	var joined sync.WaitGroup
	for range callers {
		joined.Add(1)
		go func() {
			joined.Done()
			get(later)
		}()
	}
	joined.Wait()
	answers <- 1
	if v := <-first; v != 1 {
		t.Errorf("the first caller got %d", v)
	}
	// Those who had not quite come may need a third question; none gets 1.
	for got, n := 0, 2; got < callers; {
		select {
		case <-asked:
			answers <- n
			n++
		case v := <-later:
			if got++; v < 2 {
				t.Error("a caller got the answer to a question older than itself")
			}
		}
		if n > callers {
			t.Fatalf("%d questions for %d callers", n, callers)
		}
	}
}

func TestASharedQuestionEndsForEachCallerByItself(t *testing.T) {
	t.Parallel()
	answer := make(chan int)
	s := &shared[int]{ask: func(context.Context) (int, error) { return <-answer, nil }}
	gone, cancel := context.WithCancel(t.Context())
	stays := make(chan int)
	go func() {
		v, _ := s.get(t.Context())
		stays <- v
	}()
	cancel()
	if _, err := s.get(gone); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for n := 1; ; n++ {
		select {
		case answer <- n:
		case v := <-stays:
			if v < 1 {
				t.Errorf("the patient caller got %d", v)
			}
			return
		}
	}
}
