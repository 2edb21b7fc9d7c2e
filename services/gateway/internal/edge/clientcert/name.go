package clientcert

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
)

// NameOf is the name, in slash form, of the first certificate in a PEM text:
// the one by which its bearer will be known here.
func NameOf(text []byte) (string, error) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return "", errors.New("holds no certificate in PEM")
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return "", errors.New("holds no certificate that can be read")
		}
		dn, err := slashDN(c.RawSubject)
		if err != nil {
			return "", errors.New("has a name that cannot be written in one way only")
		}
		return dn, nil
	}
}
