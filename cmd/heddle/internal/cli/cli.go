// Package cli is the command line: one file a command, each a thin layer over
// package api.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/cmd/heddle/internal/profile"
	"github.com/heddle-dev/heddle/cmd/heddle/internal/signin"
)

// env is what the commands share.
type env struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string

	url, caFile, output string
	quiet               bool
}

// Main runs the command line and returns its exit code.
func Main(args []string, in io.Reader, out, errw io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	e := &env{in: in, out: out, err: errw, getenv: os.Getenv}
	root := e.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errw)
	err := root.ExecuteContext(ctx)
	code := exitCode(err)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		code, err = exitInterrupted, nil
	}
	e.report(err)
	return code
}

// report tells the person what went wrong.
func (e *env) report(err error) {
	var silent *exit
	if err == nil || errors.As(err, &silent) {
		return
	}
	fmt.Fprintln(e.err, "heddle: "+clean(err.Error()))
	if next := advice(err); next != "" {
		fmt.Fprintln(e.err, "  "+next)
	}
}

func (e *env) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "heddle",
		Short: "Run, submit and follow jobs on Heddle",
		Long: `Heddle runs workloads for research computing: one platform behind the
doors that your scripts already know.

  heddle up --demo            run everything in this terminal
  heddle login                sign in (demo user: demouser, test123)
  heddle run echo hello       submit, wait and print the output
  heddle events               follow what happens

Exit codes: 0 done, 1 the job failed, 2 wrong usage, 3 refused, 4 not found,
5 not signed in or not allowed, 6 conflict, 7 try again later, 8 waited too
long, 130 interrupted.`,
		SilenceUsage: true, SilenceErrors: true,
	}
	f := root.PersistentFlags()
	f.StringVar(&e.url, "url", "", "server (default: the one signed in to, HEDDLE_URL, http://127.0.0.1:8080)")
	f.StringVar(&e.caFile, "ca-file", "", "trust this certificate authority too (HEDDLE_CA_FILE)")
	f.StringVarP(&e.output, "output", "o", e.getenv("HEDDLE_OUTPUT"), "table, json, jsonl or name (HEDDLE_OUTPUT)")
	f.BoolVarP(&e.quiet, "quiet", "q", false, "no progress, only results")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return e.checkOutput() }
	root.AddCommand(e.up(), e.login(), e.logout(), e.whoami(), e.run(), e.submit(), e.jobs(), e.job(), e.logs(), e.wait(),
		e.act("start"), e.act("abort"), e.act("restart"), e.act("hold"), e.act("release"), e.act("reschedule"), e.act("rm"), e.share(), e.summary(), e.ls(), e.cp(), e.events(), e.token(), e.grant(), e.apps(), e.app(), e.admin(), e.ecflow(), e.version())
	complain(root)
	return root
}

// complain makes mistakes in the arguments of all commands usage errors.
func complain(c *cobra.Command) {
	for _, sub := range c.Commands() {
		if sub.HasSubCommands() {
			complain(sub)
			continue
		}
		sub.Args = usageArgs(sub.Args)
	}
}

// client returns the API client for the server in force, signed in as the
// profile says. It renews its token by itself.
func (e *env) client() (*api.Client, error) {
	k, err := e.keeper()
	if err != nil {
		return nil, err
	}
	tokens := func(ctx context.Context) (string, error) {
		token, err := k.Token(ctx)
		return token, answered(k.Profile.URL, err)
	}
	return api.New(k.Profile.URL, tokens, k.Server.HTTP), nil
}

// keeper is who knows the tokens for the server in force.
func (e *env) keeper() (*signin.Keeper, error) {
	path := profile.Path(e.getenv)
	p, err := profile.Load(path)
	if err != nil {
		return nil, err
	}
	if p, err = profile.Resolve(p, e.url, e.getenv); err != nil {
		return nil, err
	}
	hc, err := api.Dialer(e.ca())
	return &signin.Keeper{Server: signin.Server{URL: p.URL, HTTP: hc}, Path: path, Now: time.Now, Profile: p}, err
}

func (e *env) ca() string {
	if e.caFile != "" {
		return e.caFile
	}
	return e.getenv("HEDDLE_CA_FILE")
}

// note writes a remark for people, never part of the result.
func (e *env) note(format string, args ...any) {
	if !e.quiet {
		fmt.Fprintf(e.err, format+"\n", args...)
	}
}
