package main

import "context"

// turns is how often those that are compared come after each other.
const turns = 10

// contender is one of those that are compared: what so many workers ask of it.
type contender struct {
	workers int
	ask     func(n int64) error
}

// inTurns is how many times a second each is done. They take turns, so that
// whatever else the machine does is done to all.
func inTurns(ctx context.Context, list ...contender) ([]float64, error) {
	rates := make([]float64, len(list))
	for range turns {
		for i, c := range list {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			rate, err := throughput(yardTime/turns, c.workers, c.ask)
			if err != nil {
				return nil, err
			}
			rates[i] += rate / turns
		}
	}
	return rates, nil
}

// overLines asks over connections that take turns, with one body.
func overLines(lines chan *lean, body []byte) contender {
	return contender{cap(lines), func(int64) error {
		l := <-lines
		defer func() { lines <- l }()
		return l.post(body)
	}}
}
