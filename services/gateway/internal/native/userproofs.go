package native

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge/clientcert"
)

// userProofRoutes are what users are recognised by, and kept out of.
func (d *door) userProofRoutes(doc func(title, text string) rest.Doc) []rest.Route {
	const user = " /admin/users/{name}"
	suspension := func(verb, title, text string, do authapi.Verb) rest.Route {
		about := doc(title, text)
		about.Request = inVO{"cms"}
		return rest.Handle("POST"+user+"/"+verb, operator, about, func(ctx context.Context, q voRequest) (rest.Reply, error) {
			return d.edit(ctx, q.Name, q.precondition, authapi.Edit{Do: do, Value: q.Body.VO})
		})
	}
	certificate, key := doc("Let a certificate be a user's", "Its distinguished name in slash form, such as `/C=DE/O=GridGermany/CN=Alice`, or the certificate as PEM. It is one user's."),
		doc("Let a user sign with a key", "The public half, as a JSON Web Key. With tokens that they sign with the other half they come in at UNICORE.")
	certificate.Request, key.Request = newCertificate{DN: "/C=DE/O=GridGermany/CN=Alice"}, newKey{JWK: exampleJWK, Comment: "laptop"}
	return []rest.Route{
		suspension("suspend", "Keep a user out of a virtual organisation", "The groups of the organisation are no use to them until they are let in again.", authapi.SuspendIn),
		suspension("resume", "Let a user into a virtual organisation again", "The groups of the organisation are of use to them again.", authapi.ResumeIn),
		rest.Handle("GET"+user+"/certificates", operator, rest.Doc{
			Title: "List the certificates of a user", Tags: adminTags, Text: "The distinguished names that they are recognised by, in slash form.", Response: Certificates{exampleAccount.Certificates}, Errors: []fault.Kind{fault.Missing},
		}, d.certificates),
		rest.Handle("POST"+user+"/certificates", operator, certificate, d.addCertificate),
		rest.Handle("DELETE"+user+"/certificates", operator, doc("Take a certificate from a user", "It lets nobody in within two seconds."), d.removeCertificate),
		rest.Handle("GET"+user+"/keys", operator, rest.Doc{
			Title: "List the keys of a user", Tags: adminTags, Text: "The public halves of the keys that they sign tokens with.", Response: UserKeys{exampleAccount.Keys}, Errors: []fault.Kind{fault.Missing},
		}, d.userKeys),
		rest.Handle("POST"+user+"/keys", operator, key, d.addUserKey),
		rest.Handle("DELETE"+user+"/keys/{value}", operator, doc("Take a key from a user", "What was signed with it is good for nothing within two seconds."),
			func(ctx context.Context, q partRequest) (rest.Reply, error) {
				return d.edit(ctx, q.Name, q.precondition, authapi.Edit{Do: authapi.RemoveKey, Value: q.Value})
			}),
	}
}

func (d *door) certificates(ctx context.Context, q nameRequest) (Certificates, error) {
	a, err := d.Backend.Admin.Account(ctx, authapi.UserRequest(q))
	return Certificates{list(a.Certificates)}, err
}

func (d *door) userKeys(ctx context.Context, q nameRequest) (UserKeys, error) {
	a, err := d.Backend.Admin.Account(ctx, authapi.UserRequest(q))
	return UserKeys{list(a.Keys)}, err
}

func (d *door) addCertificate(ctx context.Context, q certificateRequest) (rest.Reply, error) {
	dn, err := q.Body.name()
	if err != nil {
		return rest.Reply{}, err
	}
	return d.edit(ctx, q.Name, q.precondition, authapi.Edit{Do: authapi.AddCertificate, Value: dn})
}

func (c newCertificate) name() (string, error) {
	bad := fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.")
	if (c.DN == "") == (c.PEM == "") {
		return "", bad.WithField("dn", "or pem is required, and not both")
	}
	if c.PEM == "" {
		return c.DN, nil
	}
	dn, err := clientcert.NameOf([]byte(c.PEM))
	if err != nil {
		return "", bad.WithField("pem", "%v", err)
	}
	return dn, nil
}

func (d *door) removeCertificate(ctx context.Context, q struct {
	precondition
	Name string `path:"name" doc:"login name"`
	DN   string `query:"dn" required:"true" doc:"distinguished name, slash form"`
}) (rest.Reply, error) {
	return d.edit(ctx, q.Name, q.precondition, authapi.Edit{Do: authapi.RemoveCertificate, Value: q.DN})
}

func (d *door) addUserKey(ctx context.Context, q keyRequest) (rest.Reply, error) {
	return d.edit(ctx, q.Name, q.precondition, authapi.Edit{Do: authapi.AddKey, Value: string(q.Body.JWK), Detail: q.Body.Comment})
}
