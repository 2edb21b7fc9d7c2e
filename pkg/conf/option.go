package conf

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
)

// Option is one setting, for documentation.
type Option struct {
	Name    string // of the flag, without dashes, and in the file
	Env     string // the variable; "" if there is none
	Type    string // "string", "bool", "int", "float", "duration" or "list"
	Default string
	Doc     string
	Secret  bool
}

// option is an Option and the field that it sets.
type option struct {
	Option
	value  reflect.Value
	joined bool            // of a part
	also   []reflect.Value // the same option of other parts
}

// Describe lists the options of a struct, in its order.
func Describe(cfg any) []Option {
	opts, err := optionsOf(cfg)
	if err != nil {
		return nil
	}
	out := make([]Option, len(opts))
	for i, o := range opts {
		out[i] = o.Option
	}
	return out
}

// optionsOf walks the struct. Its errors are the programmer's.
func optionsOf(cfg any) ([]option, error) {
	v := reflect.ValueOf(cfg)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil, fmt.Errorf("conf: %T is no pointer to a struct", cfg)
	}
	opts, err := walk(v.Elem(), "", "")
	if err == nil {
		opts, err = join(opts)
	}
	seen := map[string]bool{}
	for _, o := range opts {
		if seen[o.Name] {
			err = errors.Join(err, fmt.Errorf("conf: two options are called %s", o.Name))
		}
		seen[o.Name] = true
	}
	return opts, err
}

func walk(v reflect.Value, prefix, env string) ([]option, error) {
	var opts []option
	var errs []error
	for i := range v.NumField() {
		sf, field := v.Type().Field(i), v.Field(i)
		name, tagged := sf.Tag.Lookup("conf")
		without, part := sf.Tag.Lookup("join")
		var more []option
		var err error
		switch {
		case part:
			more, err = walk(field, prefix, env)
			more = partOf(more, without)
		case sf.Anonymous && sf.Type.Kind() == reflect.Struct && !tagged:
			more, err = walk(field, prefix, env)
		case !tagged:
		case !sf.IsExported():
			err = fmt.Errorf("conf: %s.%s is not exported", v.Type(), sf.Name)
		case sf.Type.Kind() == reflect.Struct:
			more, err = walk(field, prefix+name+"-", env+sf.Tag.Get("env")+separator(sf.Tag.Get("env")))
		default:
			more, err = leaf(sf, field, prefix+name, env)
		}
		opts, errs = append(opts, more...), append(errs, err)
	}
	return opts, errors.Join(errs...)
}

func separator(env string) string {
	if env == "" {
		return ""
	}
	return "_"
}

func leaf(sf reflect.StructField, field reflect.Value, name, env string) ([]option, error) {
	o := option{value: field, Option: Option{
		Name: name, Default: sf.Tag.Get("default"), Doc: sf.Tag.Get("doc"),
		Secret: sf.Tag.Get("secret") == "true", Type: typeName(sf.Type),
	}}
	if e := sf.Tag.Get("env"); e != "" {
		o.Env = env + e
	}
	if o.Type == "" {
		return nil, fmt.Errorf("conf: %s has the type %s, which no text can set", name, sf.Type)
	}
	return []option{o}, nil
}

// setDefault leaves a field alone that the program has set.
func (o option) setDefault() error {
	if !o.value.IsZero() || o.Default == "" {
		return nil
	}
	if err := o.set(o.Default); err != nil {
		return fmt.Errorf("conf: the default of %s %w", o.Name, err)
	}
	return nil
}

// lookup finds the variable, or the file that a secret's NAME_FILE names. An
// empty variable counts as unset, as compose files write them.
func (o option) lookup(env func(string) (string, bool)) (name, text string, ok bool, err error) {
	if o.Env == "" {
		return "", "", false, nil
	}
	text, _ = env(o.Env)
	if !o.Secret {
		return o.Env, text, text != "", nil
	}
	name = o.Env + "_FILE"
	path, _ := env(name)
	switch {
	case path == "":
		return o.Env, text, text != "", nil
	case text != "":
		return "", "", false, fmt.Errorf("%s and %s are both set", o.Env, name)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", "", false, fmt.Errorf("%s: %w", name, err)
	}
	return name, strings.TrimRight(string(b), "\r\n"), true, nil
}
