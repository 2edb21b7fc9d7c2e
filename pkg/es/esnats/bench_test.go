package esnats_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/natstest"
)

// fill appends commits of half a kilobyte to n topics, each in turn.
func fill(b *testing.B, st es.Store, topics, each int) {
	b.Helper()
	ends := make([]uint64, topics)
	for n := range each {
		var next atomic.Int64
		b.SetParallelism(32)
		done := make(chan error, 64)
		for range 64 {
			go func() {
				for {
					i := int(next.Add(1)) - 1
					if i >= topics {
						done <- nil
						return
					}
					seq, err := st.Append(b.Context(), fmt.Sprint("evt.test.thing.u1.", i), ends[i], one(fmt.Sprint("c", i, "-", n), 500))
					if err != nil {
						done <- err
						return
					}
					ends[i] = seq
				}
			}()
		}
		for range 64 {
			if err := <-done; err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	st := open(b, natstest.Start(b))
	var n atomic.Int64
	b.SetParallelism(32) // 64 on two cores
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			if _, err := st.Append(b.Context(), fmt.Sprint("evt.test.thing.u1.", i), 0, one(fmt.Sprint("c", i), 500)); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
}

func BenchmarkLoad(b *testing.B) {
	st := open(b, natstest.Start(b))
	const topics = 5000
	fill(b, st, topics, 10)
	for _, x := range []struct {
		name string
		last int
	}{{"ten", 10}, {"one", 1}, {"none", 0}} {
		b.Run(x.name, func(b *testing.B) {
			var n atomic.Int64
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					got, err := st.Load(b.Context(), fmt.Sprint("evt.test.thing.u1.", n.Add(1)%topics), uint64((10-x.last)*topics))
					if err != nil || len(got) != x.last {
						b.Errorf("%d commits, %v", len(got), err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "loads/s")
		})
	}
}

func BenchmarkLast(b *testing.B) {
	st := open(b, natstest.Start(b))
	fill(b, st, 5000, 2)
	for _, callers := range []int{1, 32} {
		b.Run(fmt.Sprint(2*callers), func(b *testing.B) {
			b.SetParallelism(callers)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if last, err := st.Last(b.Context()); err != nil || last != 10000 {
						b.Errorf("%d, %v", last, err)
					}
				}
			})
		})
	}
}

func BenchmarkTail(b *testing.B) {
	st := open(b, natstest.Start(b))
	fill(b, st, b.N, 1)
	b.ResetTimer()
	enough := errors.New("enough")
	err := st.Tail(b.Context(), 0, func(batch []es.Recorded, _ bool) error {
		if batch[len(batch)-1].Seq == uint64(b.N) {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}
