package auth

import (
	"context"
	"encoding/json"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// exchanger spares the token endpoint questions to the journal: it looks at
// client, user and groups, and programs get many tokens.
type exchanger struct {
	view *view.View
	*oauth.Server
}

var _ authapi.OAuth = exchanger{}

// Exchange implements authapi.OAuth.
func (e exchanger) Exchange(ctx context.Context, r authapi.ExchangeRequest) (natsrpc.Encoded, error) {
	r, err := r.Read()
	if err != nil {
		return nil, err
	}
	tokens, err := e.tokens(ctx, r)
	if err != nil {
		return nil, err
	}
	return json.Marshal(tokens)
}

// tokens asks the protocol. A client's own token is made of what this
// replica has seen: whatever has ended the client or its user since ends the
// token, too, for that stands on the position of what was seen. A refusal
// might be the fault of not having seen enough, and is only given if not.
func (e exchanger) tokens(ctx context.Context, r authapi.ExchangeRequest) (authapi.Tokens, error) {
	if repeatable(r) {
		seen, position := e.view.AsSeen(ctx)
		tokens, err := e.Server.Exchange(seen, r)
		if err == nil {
			return tokens, nil
		}
		if behind, unknown := e.view.Behind(ctx, position); unknown == nil && !behind {
			return tokens, err
		}
	}
	return e.Server.Exchange(view.Once(ctx), r)
}

// repeatable reports whether a request uses nothing up: codes, refresh tokens
// and assertions are good once.
func repeatable(r authapi.ExchangeRequest) bool {
	return r.Params.Get("grant_type") == "client_credentials" && !r.Params.Has("client_assertion")
}
