// Package oauth is the authorization server: who may get which token for what
// (RFC 6749, 7009, 7636, 7662, 8252, 8628, 9207, 9700 and OpenID Connect). It
// knows neither HTTP nor NATS, SQL or Redis: what it needs of them are the
// interfaces in needs.go and tokens.go, so that every attack can be tried on it
// with maps. It is one package, and not one per grant, because what makes a
// grant safe is what it shares with the others.
package oauth
