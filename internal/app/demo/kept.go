package demo

import (
	"crypto/ecdsa"
	"crypto/x509"
	"fmt"

	"github.com/sallyport-id/sallyport/internal/store"
)

// kept is what the sample app and the pretended devices must know and the
// directory does not tell.
type kept struct {
	Secrets map[string]string `json:"secrets"` // of the apps, by key
	Devices map[string][]byte `json:"devices"` // private keys, PKCS #8, by key
}

const keptKey = "1"

func keptOf(db *store.DB) *store.Shelf[kept] { return store.ShelfOf[kept](db, "demo") }

// deviceKeys reads the devices' keys.
func (k *kept) deviceKeys() (map[string]*ecdsa.PrivateKey, error) {
	all := map[string]*ecdsa.PrivateKey{}
	for name, der := range k.Devices {
		key, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			return nil, fmt.Errorf("read the key of demo device %s: %w", name, err)
		}
		signer, ok := key.(*ecdsa.PrivateKey)
		if !ok {
			return nil, fmt.Errorf("read the key of demo device %s: a %T is not what the demo made", name, key)
		}
		all[name] = signer
	}
	return all, nil
}
