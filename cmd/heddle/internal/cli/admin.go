package cli

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (e *env) admin() *cobra.Command {
	return group("admin", "Administer users, groups, applications and keys", `For operators, and everybody may read what the audit has about themselves. What
is taken from somebody is gone on every server within two seconds.`,
		e.adminUsers(), e.adminGroups(), e.adminRoles(), e.adminClients(), e.registerClient(), e.adminGrants(), e.adminTokens(),
		e.adminKeys(), e.adminAudit(), e.adminSlots())
}

func (e *env) adminGrants() *cobra.Command {
	var s sure
	return group("grants", "What users allowed applications", "",
		e.remote(&cobra.Command{
			Use: "list USER", Short: "List the applications that act for a user", Args: cobra.ExactArgs(1), Example: "  heddle admin grants list alice",
		}, func(ctx context.Context, cl *api.Client, args []string) error { return e.grants(ctx, cl, args[0]) }),
		s.flag(e.remote(&cobra.Command{
			Use: "revoke ID...", Short: "End grants, with all their tokens", Args: cobra.MinimumNArgs(1), Example: "  heddle admin grants revoke 0f3k9m2p1qv --yes",
		}, func(ctx context.Context, cl *api.Client, ids []string) error {
			if err := s.check("stops the applications of somebody else"); err != nil {
				return err
			}
			return each(ctx, ids, cl.RevokeGrant)
		})))
}

func (e *env) adminTokens() *cobra.Command {
	var s sure
	return group("tokens", "The API keys of users", "",
		e.remote(&cobra.Command{
			Use: "list USER", Short: "List the API keys of a user", Args: cobra.ExactArgs(1), Example: "  heddle admin tokens list alice",
		}, func(ctx context.Context, cl *api.Client, args []string) error { return e.tokens(ctx, cl, args[0]) }),
		s.flag(e.remote(&cobra.Command{
			Use: "revoke ID...", Short: "End API keys", Args: cobra.MinimumNArgs(1), Example: "  heddle admin tokens revoke 0f3k9m2p1qs --yes",
		}, func(ctx context.Context, cl *api.Client, ids []string) error {
			if err := s.check("stops the programs of somebody else"); err != nil {
				return err
			}
			return each(ctx, ids, cl.RevokeToken)
		})))
}

func (e *env) adminKeys() *cobra.Command {
	var r authapi.KeyRotation
	var s sure
	rotate := s.flag(e.remote(&cobra.Command{
		Use: "rotate", Short: "Make new signing keys", Args: cobra.NoArgs,
		Long: `New keys are made every 30 days by themselves. A new key is published an hour
before it signs; with --now it signs as soon as every gateway has seen it. After
a key was stolen, --compromised ends everything that was signed with it.`,
		Example: `  heddle admin keys rotate
  heddle admin keys rotate --now --compromised 20261121a --yes`,
	}, func(ctx context.Context, cl *api.Client, _ []string) error {
		if r.Compromised != "" {
			if err := s.check("signs out everybody whose token was signed with %s", r.Compromised); err != nil {
				return err
			}
		}
		keys, err := cl.RotateKeys(ctx, r)
		if err != nil {
			return err
		}
		return e.showKeys(keys)
	}))
	rotate.Flags().BoolVar(&r.Now, "now", false, "sign with them as soon as every gateway knows them")
	rotate.Flags().StringVar(&r.Compromised, "compromised", "", "id of a key whose tokens are to end")
	return group("keys", "The keys that tokens are signed with", "",
		e.remote(&cobra.Command{
			Use: "list", Short: "List the signing keys, newest first", Args: cobra.NoArgs, Example: "  heddle admin keys list",
		}, func(ctx context.Context, cl *api.Client, _ []string) error {
			keys, err := cl.SigningKeys(ctx)
			if err != nil {
				return err
			}
			return e.showKeys(keys)
		}), rotate)
}

func (e *env) showKeys(keys []authapi.SigningKey) error {
	return showList(e, keys,
		column[authapi.SigningKey]{"id", func(k authapi.SigningKey) string { return k.ID }},
		column[authapi.SigningKey]{"for", func(k authapi.SigningKey) string { return k.Use }},
		column[authapi.SigningKey]{"alg", func(k authapi.SigningKey) string { return k.Alg }},
		column[authapi.SigningKey]{"announced", func(k authapi.SigningKey) string { return when(k.Announced) }},
		column[authapi.SigningKey]{"activated", func(k authapi.SigningKey) string { return when(k.Activated) }},
		column[authapi.SigningKey]{"retired", func(k authapi.SigningKey) string { return when(k.Retired) }})
}

func (e *env) adminAudit() *cobra.Command {
	q := url.Values{}
	var since, until string
	var limit int
	c := e.remote(&cobra.Command{
		Use: "audit [SUBJECT]", Short: "Read who gave what right, and when, newest first",
		Long: `SUBJECT is a login name, or KIND/NAME: user/alice, group/users, client/report.
Without operator rights it shows what concerns yourself.`,
		Example: `  heddle admin audit
  heddle admin audit alice --since 24h
  heddle admin audit --actor admin --type auth.user.role_given.v1 -o jsonl`,
		Args: cobra.MaximumNArgs(1),
	}, func(ctx context.Context, cl *api.Client, args []string) error {
		if len(args) == 1 {
			q.Set("subject", args[0])
		}
		for name, text := range map[string]string{"from": since, "to": until} {
			at, err := moment(text, time.Now())
			if err != nil {
				return err
			}
			if !at.IsZero() {
				q.Set(name, at.UTC().Format(time.RFC3339))
			}
		}
		entries, err := cl.Audit(ctx, q, limit)
		if err != nil {
			return err
		}
		return e.showAudit(entries)
	})
	c.Flags().Var(queryFlag{q, "actor"}, "actor", "done by this user")
	c.Flags().Var(queryFlag{q, "type"}, "type", "type of the event, such as auth.user.role_given.v1")
	c.Flags().StringVar(&since, "since", "", "not before: a time, or so long ago (24h, 30d)")
	c.Flags().StringVar(&until, "until", "", "before: the same")
	c.Flags().IntVar(&limit, "limit", 100, "at most so many")
	return c
}

func (e *env) showAudit(entries []authapi.AuditEntry) error {
	return showList(e, entries,
		column[authapi.AuditEntry]{"position", func(a authapi.AuditEntry) string { return strconv.FormatUint(a.Position, 10) }},
		column[authapi.AuditEntry]{"time", func(a authapi.AuditEntry) string { return a.Time.Local().Format("2006-01-02 15:04:05") }},
		column[authapi.AuditEntry]{"who", func(a authapi.AuditEntry) string { return a.Actor }},
		column[authapi.AuditEntry]{"with", func(a authapi.AuditEntry) string { return a.Credential }},
		column[authapi.AuditEntry]{"subject", func(a authapi.AuditEntry) string { return a.Subject }},
		column[authapi.AuditEntry]{"what", func(a authapi.AuditEntry) string { return a.Text }})
}

// moment reads a time, or how long ago it was.
func moment(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(form, text, time.Local); err == nil {
			return t, nil
		}
	}
	ago, err := parseTTL(text)
	if err != nil {
		return time.Time{}, usagef("%q is no time (2026-11-21, 2026-11-21T08:00:00Z) and no duration (24h, 30d)", text)
	}
	return now.Add(-ago), nil
}
