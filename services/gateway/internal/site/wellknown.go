package site

import (
	"encoding/json"
	"net/http"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// discovery is the provider metadata of OpenID Connect Discovery 1.0, section
// 3, as far as this server has what it names. The issuer is the configured
// one, whatever name the caller used: tokens carry it.
type discovery struct {
	Issuer    string   `json:"issuer"`
	Keys      string   `json:"jwks_uri"`
	Responses []string `json:"response_types_supported"`
	Subjects  []string `json:"subject_types_supported"`
	Signing   []string `json:"id_token_signing_alg_values_supported"`
	Claims    []string `json:"claims_supported"`
}

func (s *site) discovery(w http.ResponseWriter, _ *http.Request) error {
	body, err := json.Marshal(discovery{
		Issuer: s.Issuer, Keys: s.Issuer + "/.well-known/jwks.json",
		Responses: []string{}, Subjects: []string{"public"}, Signing: []string{"EdDSA"},
		Claims: []string{"iss", "sub", "aud", "exp", "iat", "preferred_username", "group", "groups", "roles"},
	})
	if err != nil {
		return err
	}
	return cached(w, body)
}

func (s *site) keys(w http.ResponseWriter, r *http.Request) error {
	keys, err := s.Auth.Keys(r.Context(), authapi.Empty{})
	if err != nil {
		return err
	}
	return cached(w, keys)
}

func cached(w http.ResponseWriter, body []byte) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("Access-Control-Allow-Origin", "*") // public documents, for programs in browsers too
	_, _ = w.Write(body)                               // the client may be gone
	return nil
}

func (s *site) authority(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/x-pem-file")
	w.Header().Set("Content-Disposition", `attachment; filename="heddle-ca.pem"`)
	_, _ = w.Write(s.Authority())
	return nil
}
