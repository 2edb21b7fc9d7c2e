// Command bench measures Heddle as its users meet it, in a process of its
// own, over HTTP, and sets every figure beside a yardstick of the same run: a
// raw acknowledged JetStream publish, a fork and exec. Machines differ and are
// shared; the ratios are what is to be compared.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

func main() {
	jsonFile := flag.String("json", "", "write the figures to this file too")
	binary := flag.String("heddle", "bin/heddle", "the binary to measure")
	where := flag.String("dir", os.TempDir(), "directory for the data; its file system matters to whatever makes files")
	history := flag.Int("history", 100_000, "jobs in the history when lists are measured")
	long := flag.Int("million", 0, "measure nothing but the jobs service with this many jobs in its history")
	bin := flag.String("bin", "bin", "the binaries of the services, for -million")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	measured := func() error { return bench(ctx, *binary, *where, *history, *jsonFile) }
	if *long > 0 {
		measured = func() error { return longHistory(ctx, *bin, *where, *long, *jsonFile) }
	}
	if err := measured(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, binary, where string, history int, jsonFile string) error {
	dir, err := os.MkdirTemp(where, "heddle-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	r := newReport()
	js, err := jetstreamYardstick(ctx, filepath.Join(dir, "yardstick"))
	if err != nil {
		return fmt.Errorf("JetStream yardstick: %w", err)
	}
	r.yardstick("jetstream", "acknowledged publishes with expectation, 1 KB, 64 publishers", js, "1/s")
	fork, err := forkYardstick(ctx)
	if err != nil {
		return fmt.Errorf("fork/exec yardstick: %w", err)
	}
	r.yardstick("forkexec", "fork and exec of /bin/true, 2 workers", fork, "1/s")

	if err := measureTokens(ctx, r); err != nil {
		return err
	}
	if err := measureFramework(ctx, r); err != nil {
		return err
	}
	sign, err := signYardstick()
	if err != nil {
		return fmt.Errorf("signing yardstick: %w", err)
	}
	r.yardstick("signature", "Ed25519 signatures of 1 KB, 16 workers", sign, "1/s")

	h, err := stage.Up(binary, filepath.Join(dir, "data"), "HEDDLE_LOG_LEVEL=error")
	if err != nil {
		return err
	}
	defer func() { _ = h.Terminate(20 * time.Second) }()
	if err := measure(ctx, r, h, history); err != nil {
		return fmt.Errorf("%w\n%s", err, tail(h.Output()))
	}
	return r.write(os.Stdout, jsonFile)
}

// longHistory is the bench of services with a long history.
func longHistory(ctx context.Context, bin, where string, n int, jsonFile string) error {
	dir, err := os.MkdirTemp(where, "heddle-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r := newReport()
	if err := million(ctx, r, bin, dir, n); err != nil {
		return err
	}
	return r.write(os.Stdout, jsonFile)
}

func measure(ctx context.Context, r *report, h *stage.Heddle, history int) error {
	rss, err := idleMemory(ctx, h)
	if err != nil {
		return err
	}
	r.figure(figure{Name: "idle memory", Value: rss, Unit: "MB", Target: 150, Below: true})

	if err := signIns(ctx, r, h); err != nil {
		return err
	}
	if err := measureProxy(ctx, r, h); err != nil {
		return err
	}
	c := stage.NewClient(h.URL, 64)
	if err := c.Login(ctx, "demouser", "test123"); err != nil {
		return err
	}
	p50, p99, err := turnaround(ctx, c, 300)
	if err != nil {
		return err
	}
	r.figure(figure{Name: "submit to end seen, p50", Value: p50, Unit: "ms", Target: 20, Below: true})
	r.figure(figure{Name: "submit to end seen, p99", Value: p99, Unit: "ms"})

	rate, err := drain(ctx, c, 500)
	if err != nil {
		return err
	}
	r.ratio("500 × /bin/true drained", rate, "forkexec", 0.4)

	if rate, err = submits(c, history); err != nil {
		return err
	}
	r.ratio("submits over HTTP, 64 connections", rate, "jetstream", 0.15)

	if p50, p99, err = lists(ctx, c, 1000); err != nil {
		return err
	}
	r.figure(figure{Name: fmt.Sprintf("list of 20 filtered among %d, p50", history), Value: p50, Unit: "ms"})
	r.figure(figure{Name: fmt.Sprintf("list of 20 filtered among %d, p99", history), Value: p99, Unit: "ms", Target: 20, Below: true})
	return nil
}

func tail(s string) string {
	if len(s) > 4000 {
		return "…" + s[len(s)-4000:]
	}
	return s
}
