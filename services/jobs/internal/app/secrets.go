package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Vault keeps what opens the URLs of jobs' transfers, by the jobs' ids.
type Vault interface {
	// Keep keeps them, unless there are some already.
	Keep(ctx context.Context, job id.ID, s map[string]jobsapi.Secret) (kept bool, err error)
	Replace(ctx context.Context, job id.ID, s map[string]jobsapi.Secret) error
	Secrets(ctx context.Context, job id.ID) (map[string]jobsapi.Secret, error)
	Since(ctx context.Context, job id.ID) (time.Time, error)
	Forget(ctx context.Context, job id.ID) error
	Jobs(ctx context.Context) ([]id.ID, error)
	Tidy(ctx context.Context) error
}

// checkSecrets adds to f what is wrong with a request's secrets, and which of
// its transfers name none of them.
func checkSecrets(f *fault.Error, prefix string, s jobsapi.Spec, secrets map[string]jobsapi.Secret) *fault.Error {
	missing := func(field string, all []jobsapi.Transfer) {
		for i, t := range all {
			if _, there := secrets[t.Secret]; t.Secret != "" && !there {
				f = f.WithField(fmt.Sprintf("%s%s[%d].secret", prefix, field, i), "names no secret of the request")
			}
		}
	}
	missing("imports", s.Imports)
	missing("exports", s.Exports)
	return f
}

// checkKept adds to f what is wrong with the secrets themselves. What they
// are is never told.
func (a *App) checkKept(f *fault.Error, secrets map[string]jobsapi.Secret) *fault.Error {
	if len(secrets) > a.Limits.Secrets {
		return f.WithField("secrets", "has %d entries; at most %d are allowed", len(secrets), a.Limits.Secrets)
	}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		s, field := secrets[name], "secrets."+shorten(name)
		kinds := 0
		for _, v := range []string{s.Username + s.Password, s.Bearer, s.Token} {
			if v != "" {
				kinds++
			}
			switch {
			case len(v) > a.Limits.Secret:
				f = f.WithField(field, "has %d bytes; at most %d are allowed", len(v), a.Limits.Secret)
			case !utf8.ValidString(v), strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }):
				f = f.WithField(field, "must be text without control characters")
			}
		}
		if kinds > 1 {
			f = f.WithField(field, "must be a user name and password, or a bearer token, or a token")
		}
		if strings.Contains(s.Username, ":") {
			f = f.WithField(field+".username", "must not contain a colon")
		}
	}
	return f
}

// named are those of the secrets that a job's transfers name.
func named(s jobsapi.Spec, secrets map[string]jobsapi.Secret) map[string]jobsapi.Secret {
	if len(secrets) == 0 {
		return nil
	}
	out := map[string]jobsapi.Secret{}
	for _, t := range slices.Concat(s.Imports, s.Exports) {
		if v, ok := secrets[t.Secret]; ok {
			out[t.Secret] = v
		}
	}
	return out
}

// keep keeps the secrets of a job that is about to be submitted. A repeat
// finds those of the first time, unless that never came to be a job.
func (a *App) keep(ctx context.Context, n id.ID, secrets map[string]jobsapi.Secret) error {
	if len(secrets) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	kept, err := a.Vault.Keep(ctx, n, secrets)
	if err != nil || kept {
		return vaultFault(err)
	}
	if err := a.View.Fresh(ctx); err != nil {
		return err
	}
	if _, there, err := a.View.Get(ctx, n); err != nil || there {
		return readFault(ctx, err)
	}
	return vaultFault(a.Vault.Replace(ctx, n, secrets))
}

func vaultFault(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(err, fault.Unavailable, "jobs.vault", "The secrets cannot be kept now; try again shortly.").WithRetry(retryAfter)
}

// keepAll keeps those of the jobs of a batch.
func (a *App) keepAll(ctx context.Context, specs []jobsapi.Spec, owner string, batch id.ID, secrets map[string]jobsapi.Secret) error {
	if len(secrets) == 0 {
		return nil
	}
	for i, s := range specs {
		if err := a.keep(ctx, memberID(owner, batch, i), named(s, secrets)); err != nil {
			return err
		}
	}
	return nil
}

// inherit gives a job that does another's work again the secrets of that one.
func (a *App) inherit(ctx context.Context, old jobsapi.Job, n id.ID) error {
	if !old.Spec.Opens() {
		return nil
	}
	secrets, err := a.Vault.Secrets(ctx, old.ID)
	if err != nil {
		return vaultFault(err)
	}
	return a.keep(ctx, n, secrets)
}

// secretsOf are a job's. The children of a sweep have those of their parent.
func (a *App) secretsOf(ctx context.Context, j jobsapi.Job) (map[string]jobsapi.Secret, error) {
	n := j.ID
	if p := j.Spec.Parent; p != nil {
		n = other(p.Job)
	}
	s, err := a.Vault.Secrets(ctx, n)
	return s, vaultFault(err)
}

func other(text string) id.ID {
	n, err := id.Parse(text)
	if err != nil {
		return 0
	}
	return n
}

// forgotten is how long a secret stays whose job never came to be, and
// forgetEvery how often the vault is looked through.
const (
	forgotten   = time.Hour
	forgetEvery = 5 * time.Minute
)

// forget removes the secrets of destroyed jobs, until ctx ends.
func (a *App) forget(ctx context.Context) {
	ctx = who.With(ctx, who.Component("jobs"))
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		if err := a.forgetOnce(ctx); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "cannot look for secrets that nobody needs; will look again", "err", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (a *App) forgetOnce(ctx context.Context) error {
	jobs, err := a.Vault.Jobs(ctx)
	if err != nil || len(jobs) == 0 {
		return err
	}
	if err := a.View.Fresh(ctx); err != nil {
		return err
	}
	for _, n := range jobs {
		j, there, err := a.View.Get(ctx, n)
		switch {
		case err != nil:
			return err
		case there && j.State != job.Destroyed:
			continue
		case !there:
			since, err := a.Vault.Since(ctx, n)
			if err != nil || since.IsZero() || a.Now().Sub(since) < forgotten {
				continue
			}
		}
		if err := a.Vault.Forget(ctx, n); err != nil {
			return err
		}
	}
	return a.Vault.Tidy(ctx)
}
