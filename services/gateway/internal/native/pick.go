package native

import (
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// pick finds one of a list that comes whole from the service.
func pick[T any](all []T, kind string, is func(T) bool) (T, error) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], nil
	}
	var none T
	return none, fault.New(fault.Missing, kind+".unknown", "There is no such %s.", kind)
}

// free turns what looking for a name gave around: it may be given if nothing
// has it.
func free(looked error, kind, field string) error {
	switch {
	case looked == nil:
		return fault.New(fault.Conflict, kind+".taken", "The %s exists already; PATCH changes it.", kind).WithField(field, "is taken")
	case fault.Is(looked, fault.Missing):
		return nil
	default:
		return looked
	}
}
