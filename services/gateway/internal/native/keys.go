package native

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (d *door) keyRoutes() []rest.Route {
	answer := SigningKeys{[]authapi.SigningKey{exampleSigningKey}}
	return []rest.Route{
		rest.Handle("GET /admin/keys", operator, rest.Doc{
			Title: "List the keys that tokens are signed with", Tags: adminTags,
			Text:     "Without their private halves, the newest first. Those not retired verify; the newest activated one of each use signs.",
			Response: answer,
		}, d.signingKeys),
		rest.Handle("POST /admin/keys/rotate", operator, rest.Doc{
			Title: "Make new signing keys", Tags: adminTags,
			Text: "This happens by itself every 30 days. A new key is published an hour before it signs, or with `now` a moment. " +
				"`compromised` names a key: everything that was signed with it ends within two seconds.",
			Request: rotation{Now: true}, Response: answer, Errors: []fault.Kind{fault.Missing},
		}, d.rotateKeys),
	}
}

// SigningKeys is a list.
type SigningKeys struct {
	Keys []authapi.SigningKey `json:"keys"`
}

func (d *door) signingKeys(ctx context.Context, _ struct{}) (SigningKeys, error) {
	l, err := d.Backend.Admin.SigningKeys(ctx, authapi.Empty{})
	return SigningKeys{list(l.Keys)}, err
}

type rotation struct {
	Now         bool   `json:"now,omitempty" doc:"sign with the new keys as soon as every gateway knows them"`
	Compromised string `json:"compromised,omitempty" doc:"id of a key whose tokens are to end"`
}

func (d *door) rotateKeys(ctx context.Context, q struct {
	Body rotation `body:"json"`
}) (SigningKeys, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	l, err := d.Backend.Admin.RotateKeys(ctx, authapi.KeyRotation(q.Body))
	return SigningKeys{list(l.Keys)}, err
}
