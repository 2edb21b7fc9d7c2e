package authapi

import "fmt"

// EditPlace is how an error names a part of an edit: value, detail or list.
func EditPlace(edit int, part string) string { return fmt.Sprintf("edits[%d].%s", edit, part) }

// EditNames is what a door calls the parts of an edit.
type EditNames struct{ Value, Detail, List string }

// PlacesOf has the door's name of each part of the edits, as fault.Error.Renamed
// wants them: the door's callers know of no edits.
func PlacesOf(edits []Edit, names map[Verb]EditNames) map[string]string {
	out := make(map[string]string)
	for i, e := range edits {
		n := names[e.Do]
		for part, name := range map[string]string{"value": n.Value, "detail": n.Detail, "list": n.List} {
			if name != "" {
				out[EditPlace(i, part)] = name
			}
		}
	}
	return out
}
