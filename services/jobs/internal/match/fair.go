package match

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Account is whose use of the sites is counted: an owner's on behalf of a
// group.
type Account struct{ Group, Owner string }

// Use is what an account has used. Times are core-seconds.
type Use struct {
	Account
	Used    float64 // by jobs that have ended, as far as it still counts
	Ended   float64 // the cores of these, as far as they still count
	Held    int     // jobs that runners have now
	Cores   int     // their cores
	Running float64 // what these have used so far
}

// Decay is what is left after a time of what was used before it.
func Decay(age, half time.Duration) float64 {
	if half <= 0 {
		return 1
	}
	return math.Exp2(-float64(age) / float64(half))
}

// Shares are what decides between the jobs of different people.
type Shares struct {
	Weights  map[string]float64 // of groups; 1 where there is none
	MaxUser  int                // jobs of one owner that runners have at once; 0: no limit
	MaxGroup int                // of one group
	Use      []Use
}

// unknown is how long a job is thought to run, in seconds, while none has ended.
const unknown = 60

// each is the core-seconds that a job is thought to take for each of its cores.
func (s Shares) each() float64 {
	var used, cores float64
	for _, u := range s.Use {
		used, cores = used+u.Used, cores+u.Ended
	}
	if cores < 1 {
		return unknown
	}
	return max(used/cores, 1)
}

type user struct {
	owner string
	used  float64
	line  []Candidate // that wait, the first to go first
}

type group struct {
	name   string
	weight float64
	used   float64
	held   int
	users  []*user
}

// Order puts jobs in the order in which they are to be given out, at most n:
// first to the group that has used least for its weight, there to the owner
// who has used least, of whom to the highest priority, of that to the oldest.
// Each job counts at once for what jobs take on average, so that those of one
// answer are as mixed as those of many. Who is at a limit gets nothing.
func Order(waiting []Candidate, s Shares, n int) []Candidate {
	groups, held := s.lines(waiting)
	each := s.each()
	out := make([]Candidate, 0, min(n, len(waiting)))
	for len(out) < n {
		g, u := next(groups, func(g *group, u *user) bool {
			return (s.MaxGroup == 0 || g.held < s.MaxGroup) && (s.MaxUser == 0 || held[u.owner] < s.MaxUser)
		})
		if u == nil {
			break
		}
		c := u.line[0]
		u.line = u.line[1:]
		charge := each * float64(c.Demand.Needs.Cores())
		g.used, u.used = g.used+charge, u.used+charge
		g.held++
		held[u.owner]++
		out = append(out, c)
	}
	return out
}

// lines sorts the jobs by group and owner. held counts jobs by owner.
func (s Shares) lines(waiting []Candidate) (groups []*group, held map[string]int) {
	lines := map[Account][]Candidate{}
	for _, c := range waiting {
		a := Account{c.Group, c.Owner}
		lines[a] = append(lines[a], c)
	}
	byName := map[string]*group{}
	for a, line := range lines {
		g := byName[a.Group]
		if g == nil {
			g = &group{name: a.Group, weight: cmp.Or(s.Weights[a.Group], 1)}
			byName[a.Group], groups = g, append(groups, g)
		}
		slices.SortFunc(line, first)
		line = slices.CompactFunc(line, func(a, b Candidate) bool { return a.ID == b.ID })
		g.users = append(g.users, &user{owner: a.Owner, line: line})
	}
	held = map[string]int{}
	each := s.each()
	for _, u := range s.Use {
		held[u.Owner] += u.Held
		g := byName[u.Group]
		if g == nil {
			continue
		}
		// A job that runs counts for what it is thought to take, or more if
		// it takes longer.
		used := u.Used + max(u.Running, each*float64(u.Cores))
		g.used += used
		g.held += u.Held
		if i := slices.IndexFunc(g.users, func(x *user) bool { return x.owner == u.Owner }); i >= 0 {
			g.users[i].used += used
		}
	}
	return groups, held
}

// first is the order of one owner's jobs.
func first(a, b Candidate) int {
	return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID))
}

// next is whose turn it is.
func next(groups []*group, may func(*group, *user) bool) (g *group, u *user) {
	for _, candidate := range groups {
		var best *user
		for _, x := range candidate.users {
			if len(x.line) > 0 && may(candidate, x) && (best == nil || less(x.used, x, best.used, best)) {
				best = x
			}
		}
		if best == nil {
			continue
		}
		if g == nil || less(candidate.used/candidate.weight, best, g.used/g.weight, u) {
			g, u = candidate, best
		}
	}
	return g, u
}

// less compares what was used and, of equals, whose job is older.
func less(a float64, x *user, b float64, y *user) bool {
	return cmp.Or(cmp.Compare(a, b), cmp.Compare(x.line[0].Seq, y.line[0].Seq), cmp.Compare(x.line[0].ID, y.line[0].ID)) < 0
}
