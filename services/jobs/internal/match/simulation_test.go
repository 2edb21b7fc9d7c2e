package match

import (
	"container/heap"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// sim is a site with one runner and a clock of its own.
type sim struct {
	now     time.Duration
	place   Place
	free    jobsapi.Capacity
	lines   map[Account][]Candidate // that wait, each in order
	running ends
	took    map[id.ID]time.Duration // how long each runs
	use     map[Account]*Use
	at      map[Account]time.Duration // of Use.Used
	given   map[string]float64        // core-seconds, by group
	last    map[string]time.Duration  // when the owner last got a job, or came
	gap     map[string]time.Duration  // the longest time without one, while some waited
	began   map[id.ID]bool
	cost    map[string]float64 // the largest of an owner's jobs, in core-seconds
}

const simHalfLife = 6 * time.Hour

type end struct {
	at   time.Duration
	job  Candidate
	from time.Duration
}

type ends []end

func (e ends) Len() int           { return len(e) }
func (e ends) Less(i, j int) bool { return e[i].at < e[j].at }
func (e ends) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *ends) Push(x any)        { *e = append(*e, x.(end)) }
func (e *ends) Pop() any {
	old := *e
	x := old[len(old)-1]
	*e = old[:len(old)-1]
	return x
}

func cores(c Candidate) float64 { return float64(c.Demand.Needs.Cores()) }

func (s *sim) shares(weights map[string]float64) Shares {
	sh := Shares{Weights: weights}
	run := map[Account]float64{}
	for _, e := range s.running {
		run[Account{e.job.Group, e.job.Owner}] += cores(e.job) * (s.now - e.from).Seconds()
	}
	for a, u := range s.use {
		d := Decay(s.now-s.at[a], simHalfLife)
		sh.Use = append(sh.Use, Use{Account: a, Used: u.Used * d, Ended: u.Ended * d, Held: u.Held, Cores: u.Cores, Running: run[a]})
	}
	return sh
}

// give makes one offer of all that is free.
func (s *sim) give(weights map[string]float64) {
	o := Offer{Place: s.place, Free: s.free.CPUs, Room: s.free, Bytes: 1 << 20}
	o.Keep = func(c Candidate) bool { return s.now-time.Duration(c.Since.UnixNano()) > 10*time.Minute }
	var fronts []Candidate
	for _, line := range s.lines {
		fronts = append(fronts, line[:min(len(line), 4)]...)
	}
	got, _ := Take(o, Order(fronts, s.shares(weights), o.Free+4))
	for _, c := range got {
		a := Account{c.Group, c.Owner}
		s.lines[a] = slices.DeleteFunc(s.lines[a], func(x Candidate) bool { return x.ID == c.ID })
		s.free.CPUs -= c.Demand.Needs.Cores()
		s.use[a].Held++
		s.use[a].Cores += c.Demand.Needs.Cores()
		heap.Push(&s.running, end{s.now + s.took[c.ID], c, s.now})
		s.gap[c.Owner] = max(s.gap[c.Owner], s.now-s.last[c.Owner])
		s.last[c.Owner], s.began[c.ID] = s.now, true
	}
}

// end goes on to the next end of a job.
func (s *sim) end() {
	e := heap.Pop(&s.running).(end)
	s.now = e.at
	a := Account{e.job.Group, e.job.Owner}
	u, used := s.use[a], cores(e.job)*(s.now-e.from).Seconds()
	d := Decay(s.now-s.at[a], simHalfLife)
	u.Used, u.Ended, s.at[a] = u.Used*d+used, u.Ended*d+cores(e.job), s.now
	u.Held--
	u.Cores -= e.job.Demand.Needs.Cores()
	s.free.CPUs += e.job.Demand.Needs.Cores()
	s.given[e.job.Group] += used
}

// TestFairness: 10,000 jobs of 50 users in three groups at a site of 64 cores.
// As long as all groups have jobs waiting each gets its share within 5 %, no
// user waits long for the next job, and wide jobs are not starved by narrow ones.
func TestFairness(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	weights := map[string]float64{"g0": 1, "g1": 2, "g2": 5}
	s := &sim{place: Place{About: jobsapi.SiteReport{Capacity: jobsapi.Capacity{CPUs: 64}}}, free: jobsapi.Capacity{Slots: 1, CPUs: 64},
		took: map[id.ID]time.Duration{}, use: map[Account]*Use{}, at: map[Account]time.Duration{}, given: map[string]float64{},
		last: map[string]time.Duration{}, gap: map[string]time.Duration{}, began: map[id.ID]bool{},
		lines: map[Account][]Candidate{}, cost: map[string]float64{}}
	const all = 10_000
	for n := range all {
		user := r.IntN(50)
		c := Candidate{ID: id.ID(n + 1), Seq: uint64(n), Owner: fmt.Sprintf("u%d", user), Group: fmt.Sprintf("g%d", user%3),
			Priority: r.IntN(11), Since: time.Unix(0, 0)}
		c.Demand.Needs.CPUs = []int{1, 1, 1, 2, 4, 16}[r.IntN(6)]
		if n%500 == 0 {
			c.Demand.Needs.CPUs, c.Priority = 64, 10 // the whole machine
		}
		s.took[c.ID] = 10 * time.Minute
		if c.Demand.Needs.CPUs < 64 {
			s.took[c.ID] = time.Duration(math.Exp(r.NormFloat64()) * float64(2*time.Minute))
		}
		a := Account{c.Group, c.Owner}
		s.lines[a] = append(s.lines[a], c)
		s.use[a] = &Use{}
		s.cost[c.Owner] = max(s.cost[c.Owner], cores(c)*s.took[c.ID].Seconds())
	}
	for _, line := range s.lines {
		slices.SortFunc(line, first)
	}
	s.give(weights)
	backlog := true
	for len(s.running) > 0 {
		s.end()
		s.give(weights)
		waits := map[string]bool{}
		for a, line := range s.lines {
			waits[a.Group] = waits[a.Group] || len(line) > 0
		}
		if backlog && !(waits["g0"] && waits["g1"] && waits["g2"]) {
			backlog = false
			s.judge(t, weights)
		}
	}
	if len(s.began) != all {
		t.Errorf("%d of %d jobs began", len(s.began), all)
	}
}

func (s *sim) judge(t *testing.T, weights map[string]float64) {
	var given, weight float64
	for g, w := range weights {
		given, weight = given+s.given[g], weight+w
	}
	for g, w := range weights {
		if got, want := s.given[g]/given, w/weight; math.Abs(got-want) > 0.05*want {
			t.Errorf("%s got %.4f of the site, not %.4f", g, got, want)
		} else {
			t.Logf("%s got %.4f of the site; its share is %.4f", g, got, want)
		}
	}
	users := map[string]float64{}
	for a := range s.use {
		users[a.Group]++
	}
	for a := range s.use {
		// A user pays with time for what the jobs cost, and no more: thrice the
		// time in which the largest uses up the user's share.
		share := 64 * weights[a.Group] / weight / users[a.Group]
		most := 3*time.Duration(s.cost[a.Owner]/share)*time.Second + time.Hour
		if gap := s.gap[a.Owner]; gap > most {
			t.Errorf("%s waited for %v for the next job, more than %v", a.Owner, gap, most)
		}
	}
	t.Logf("after %v all is well", s.now)
	wide := 0
	for n := range s.began {
		if n%500 == 1 {
			wide++
		}
	}
	t.Logf("%d jobs of the whole machine began", wide)
	if wide == 0 {
		t.Error("jobs of the whole machine were starved")
	}
}
