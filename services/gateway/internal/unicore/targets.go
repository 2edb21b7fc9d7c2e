package unicore

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	// maxTargets is the most sites that one user may have at once.
	maxTargets = 200
	targetLife = 30 * 24 * time.Hour
	// attempts to change a user's sites while others change them too.
	attempts = 10
)

// target is a site of one user: UNICORE's target system, under whose address
// they gather jobs. Everybody has the default one, until they destroy it.
type target struct {
	ID      string    `json:"id"`
	Tags    []string  `json:"tags,omitempty"`
	Umask   string    `json:"umask,omitempty"`
	Expires time.Time `json:"expires,omitzero"`
}

// targets are all of a user's.
type targets struct {
	Made int      `json:"made"` // how many there ever were
	List []target `json:"list"` // oldest first
}

// kept is the name of the text that holds a user's targets at this site.
func (d *door) kept() string { return d.name("targets") }

// targets are those of the caller, and the version of what is kept.
func (d *door) targets(ctx context.Context, owner string) (targets, uint64, error) {
	text, version, err := d.Kept.Get(ctx, owner, d.kept())
	if err != nil {
		return targets{}, 0, err
	}
	if text == nil {
		return targets{List: []target{{ID: siteID}}}, 0, nil
	}
	var t targets
	if err := json.Unmarshal(text, &t); err != nil {
		return t, 0, err
	}
	t.List = slices.DeleteFunc(t.List, func(t target) bool { return !t.Expires.IsZero() && t.Expires.Before(d.Now()) })
	return t, version, nil
}

// changeTargets applies a change to the caller's targets as they are now.
func (d *door) changeTargets(ctx context.Context, owner string, change func(*targets) error) error {
	for n := 1; ; n++ {
		t, version, err := d.targets(ctx, owner)
		if err == nil {
			err = change(&t)
		}
		if err != nil {
			return err
		}
		text, err := json.Marshal(t)
		if err == nil {
			err = d.Kept.Put(ctx, owner, d.kept(), text, version)
		}
		if !fault.Is(err, fault.Conflict) || n == attempts {
			return err
		}
	}
}

// add makes a target; without an id it gets one, which is the place's alone.
func (t *targets) add(place string, one target) (target, error) {
	if len(t.List) >= maxTargets {
		return one, fault.New(fault.Exhausted, "unicore.sites", "You have %d sites already; destroy one first.", maxTargets)
	}
	t.Made++
	one.ID = cmp.Or(one.ID, id.FromKey("unicore-site", place, strconv.Itoa(t.Made)).String())
	t.List = append(t.List, one)
	return one, nil
}

// place tells a user's targets here from all others.
func (d *door) place(a *ask) string { return a.me.ID + "/" + d.kept() }

// find is the place of a target in the list; an unknown one is Missing.
func (t *targets) find(id string) (int, error) {
	i := slices.IndexFunc(t.List, func(t target) bool { return t.ID == id })
	if i < 0 {
		return i, missing("site", id)
	}
	return i, nil
}

// target is the one of the path.
func (d *door) target(a *ask) (target, error) {
	all, _, err := d.targets(a.Context(), a.me.ID)
	if err != nil {
		return target{}, err
	}
	i, err := all.find(a.PathValue("site"))
	if err != nil {
		return target{}, err
	}
	return all.List[i], nil
}

// labelPrefix begins the tag of the jobs of a site that a user has made. It is
// an ordinary tag at other doors, and not shown at this one.
const labelPrefix = "unicore-site:"

// label is the tag by which the target's jobs are found: none for the default
// one, where all jobs are.
func (t target) label() []string {
	if t.ID == siteID {
		return nil
	}
	return []string{labelPrefix + t.ID}
}

func isLabel(tag string) bool { return strings.HasPrefix(tag, labelPrefix) }

// labels are the tags of a job that say whose target it was submitted to.
func labels(j jobsapi.Job) []string {
	return slices.DeleteFunc(slices.Clone(j.Spec.Tags), func(tag string) bool { return !isLabel(tag) })
}

// shownTags are the tags of a job that its owner has given it.
func shownTags(j jobsapi.Job) []string { return slices.DeleteFunc(slices.Clone(j.Spec.Tags), isLabel) }

// targetOf is the id of the target that a job was submitted to.
func targetOf(j jobsapi.Job) string {
	for _, tag := range labels(j) {
		return strings.TrimPrefix(tag, labelPrefix)
	}
	return siteID
}

// targetFor is where a new job goes: to the target of the path, or to the
// caller's default one, or their newest. Who has none gets the default again.
func (d *door) targetFor(a *ask) (target, error) {
	if a.PathValue("site") != "" {
		return d.target(a)
	}
	all, _, err := d.targets(a.Context(), a.me.ID)
	if err != nil {
		return target{}, err
	}
	if i, err := all.find(siteID); err == nil {
		return all.List[i], nil
	}
	if n := len(all.List); n > 0 {
		return all.List[n-1], nil
	}
	made := target{ID: siteID}
	return made, d.changeTargets(a.Context(), a.me.ID, func(t *targets) error {
		if _, err := t.find(siteID); err == nil { // another request was faster
			return nil
		}
		_, err := t.add(d.place(a), made)
		return err
	})
}
