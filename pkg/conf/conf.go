// Package conf fills one configuration struct from its defaults, a file, the
// environment and flags, the later of which wins. It is separate so that every
// program is configured in the same way and docs/config.md can be generated
// from the same structs.
//
//	type Config struct {
//		Listen string        `conf:"listen" env:"HEDDLE_LISTEN" default:"127.0.0.1:8080" doc:"Where to listen."`
//		Key    string        `conf:"key" env:"HEDDLE_KEY" secret:"true" doc:"…"`
//		Redis  struct {
//			URL string `conf:"url" env:"URL"`
//		} `conf:"redis" env:"HEDDLE_REDIS"` // --redis-url, HEDDLE_REDIS_URL
//	}
//
// Fields are strings, bools, int, int64, float64, time.Duration (Go's syntax,
// "90s") and []string (separated by commas). A nested struct puts its name
// before its fields'; an embedded one does not. One with the tag join is the
// configuration of a part of the program (see join.go). A secret can also be the
// content of a file, which the variable NAME_FILE names, and is never logged.
// If a struct, or one inside it, has Validate() error, that is asked last.
package conf

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"
)

// What Load returns when the program has nothing more to do.
var (
	ErrHelp    = errors.New("help was asked for")
	ErrChecked = errors.New("the configuration is valid")
)

// Load fills cfg, a pointer to a struct, from args (without the program's
// name) and env (os.LookupEnv). All that is wrong is told in one error, each
// part of which names the flag, variable or line of the file. --help prints
// the options to standard output and gives ErrHelp; --config FILE reads YAML
// or JSON; --check gives ErrChecked if all is well.
func Load(program string, cfg any, args []string, env func(string) (string, bool)) error {
	fs := pflag.NewFlagSet(program, pflag.ContinueOnError)
	fs.SortFlags = false
	fs.Usage = func() {}
	check := fs.Bool("check", false, "check the configuration and exit")
	fs.String(fileFlag, "", "read a configuration file, YAML or JSON")
	if err := Flags(cfg, fs); err != nil {
		return err
	}
	switch err := fs.Parse(args); {
	case errors.Is(err, pflag.ErrHelp):
		Usage(os.Stdout, program, cfg)
		return ErrHelp
	case err != nil:
		return err
	case fs.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}
	if err := Resolve(cfg, fs, env); err != nil {
		return err
	}
	if *check {
		return ErrChecked
	}
	return nil
}

// fileFlag names the configuration file, if the flag set has it.
const fileFlag = "config"

// Flags adds an option for every field to a flag set, so that a command of a
// larger program (cobra's Flags()) can use the same struct, and sets the
// defaults. After parsing, Resolve must be called.
func Flags(cfg any, fs *pflag.FlagSet) error {
	opts, err := optionsOf(cfg)
	if err != nil {
		return err
	}
	for _, o := range opts {
		if err := o.setDefault(); err != nil {
			return err
		}
		o.share()
		f := fs.VarPF(&flagValue{o: o}, o.Name, "", o.usage())
		f.DefValue = o.Default
		if o.Type == "bool" {
			f.NoOptDefVal = "true"
		}
	}
	return nil
}

// Resolve fills what no flag has set, from the environment, the file of the
// flag --config if there is one, and the defaults; then it validates.
func Resolve(cfg any, fs *pflag.FlagSet, env func(string) (string, bool)) error {
	opts, err := optionsOf(cfg)
	if err != nil {
		return err
	}
	file := map[string]entry{}
	if f := fs.Lookup(fileFlag); f != nil && f.Value.String() != "" {
		if file, err = readFile(f.Value.String(), opts); err != nil {
			return err
		}
	}
	var errs []error
	for _, o := range opts {
		if !fs.Changed(o.Name) {
			errs = append(errs, o.resolve(file, env))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, o := range opts {
		o.share()
	}
	return validate(cfg)
}

func (o option) resolve(file map[string]entry, env func(string) (string, bool)) error {
	if e, ok := file[o.Name]; ok {
		if err := o.setAll(e.values); err != nil {
			return fmt.Errorf("%s: %s %w", e.place, o.Name, err)
		}
	}
	name, text, ok, err := o.lookup(env)
	if err != nil || !ok {
		return err
	}
	if err := o.set(text); err != nil {
		return fmt.Errorf("%s %w", name, err)
	}
	return nil
}

// flagValue lets pflag set an option. A repeated flag adds to a list.
type flagValue struct {
	o   option
	set bool
}

func (v *flagValue) String() string { return v.o.text() }
func (v *flagValue) Type() string   { return v.o.Type }
func (v *flagValue) Set(text string) error {
	if v.o.Type == "list" && v.set {
		return v.o.extend(text)
	}
	v.set = true
	return v.o.set(text)
}
