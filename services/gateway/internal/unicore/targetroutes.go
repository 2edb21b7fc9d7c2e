package unicore

import (
	"maps"
	"slices"

	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"
)

func (d *door) sites(a *ask) error {
	all, _, err := d.targets(a.Context(), a.me.ID)
	if err != nil {
		return err
	}
	wanted := description.SplitTags(a.URL.Query().Get("tags"))
	var urls []string
	for _, t := range slices.Backward(all.List) {
		if !slices.ContainsFunc(wanted, func(tag string) bool { return !slices.Contains(t.Tags, tag) }) {
			urls = append(urls, a.base+"/sites/"+t.ID)
		}
	}
	return a.listWhole("sites", urls)
}

func (d *door) createSite(a *ask) error {
	doc, err := a.document()
	if err != nil {
		return err
	}
	made := target{Expires: d.Now().Add(targetLife)}
	set := d.settings(&made)
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if v, ok := doc.Get(name); ok {
			if err := set[name](v); err != nil {
				return err
			}
		}
	}
	err = d.changeTargets(a.Context(), a.me.ID, func(t *targets) (err error) {
		made.ID = ""
		made, err = t.add(d.place(a), made)
		return err
	})
	if err != nil {
		return err
	}
	return a.created("/sites/" + made.ID)
}

// settings set a target's properties.
func (d *door) settings(t *target) map[string]property {
	return map[string]property{
		"tags":            func(v any) (err error) { t.Tags, err = tagsOf(v); return err },
		"umask":           func(v any) (err error) { t.Umask, err = umaskOf(v); return err },
		"terminationTime": func(v any) (err error) { t.Expires, err = timeOf(v, d.Now()); return err },
	}
}

func (d *door) changeSite(a *ask) error {
	t, err := d.target(a)
	if err != nil {
		return err
	}
	store := map[string]property{}
	for name := range d.settings(&t) {
		store[name] = func(v any) error {
			return d.changeTargets(a.Context(), a.me.ID, func(all *targets) error {
				i, err := all.find(t.ID)
				if err != nil {
					return err
				}
				return d.settings(&all.List[i])[name](v)
			})
		}
	}
	return a.change(store)
}

func (d *door) destroySite(a *ask) error {
	err := d.changeTargets(a.Context(), a.me.ID, func(all *targets) error {
		i, err := all.find(a.PathValue("site"))
		if err == nil {
			all.List = slices.Delete(all.List, i, i+1)
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.done()
}
