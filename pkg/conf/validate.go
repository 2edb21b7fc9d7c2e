package conf

import (
	"errors"
	"reflect"
	"slices"
)

type validator interface{ Validate() error }

// validate asks every struct of the configuration, the inner ones first. Two
// embedded structs that both have Validate hide each other's promoted method,
// so each is asked by itself; one answer that comes back twice is told once.
func validate(cfg any) error {
	var errs []error
	ask(reflect.ValueOf(cfg).Elem(), &errs)
	return errors.Join(errs...)
}

func ask(v reflect.Value, errs *[]error) {
	for i := range v.NumField() {
		sf := v.Type().Field(i)
		_, tagged := sf.Tag.Lookup("conf")
		_, part := sf.Tag.Lookup("join")
		if sf.Type.Kind() == reflect.Struct && sf.IsExported() && (sf.Anonymous || tagged || part) {
			ask(v.Field(i), errs)
		}
	}
	val, ok := v.Addr().Interface().(validator)
	if !ok {
		return
	}
	err := val.Validate()
	same := func(e error) bool { return e.Error() == err.Error() }
	if err != nil && !slices.ContainsFunc(*errs, same) {
		*errs = append(*errs, err)
	}
}
