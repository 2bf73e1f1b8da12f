package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// Sealer encrypts and authenticates; the associated data must be the same both
// times. Tink's AEAD is one.
type Sealer interface {
	Encrypt(plaintext, associated []byte) ([]byte, error)
	Decrypt(ciphertext, associated []byte) ([]byte, error)
}

// seal returns the encrypted document of a value. The place names the row, so
// that a sealed document is good for that row only: whoever can write to the
// database cannot give one person another's credentials.
func (db *DB) seal(v any, place ...string) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	sealed, err := db.options.Sealer.Encrypt(plain, associated(place))
	if err != nil {
		return nil, fmt.Errorf("seal %T: %w", v, err)
	}
	return sealed, nil
}

// unseal reads an encrypted document.
func (db *DB) unseal(sealed []byte, v any, place ...string) error {
	plain, err := db.options.Sealer.Decrypt(sealed, associated(place))
	if err != nil {
		return fmt.Errorf("unseal %T: %w", v, err)
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return fmt.Errorf("decode %T: %w", v, err)
	}
	return nil
}

func associated(place []string) []byte { return []byte(strings.Join(place, "\x00")) }

// checkSealer makes sure that the sealer opens what this database holds, by a
// word that the first start seals.
func (db *DB) checkSealer(ctx context.Context) error {
	const word = "sallyport"
	return db.write(ctx, func(ctx context.Context, q Queryer) error {
		var sealed []byte
		found, err := one(ctx, q, []any{&sealed}, "SELECT value FROM facts WHERE name = $1", "sealed")
		if err != nil {
			return err
		}
		if found {
			var got string
			if err := db.unseal(sealed, &got, "facts", "sealed"); err != nil || got != word {
				return fmt.Errorf("open store: the keys given are not those that this database was written with: %w", err)
			}
			return nil
		}
		if sealed, err = db.seal(word, "facts", "sealed"); err != nil {
			return err
		}
		_, err = exec(ctx, q, "INSERT INTO facts (name, value) VALUES ($1, $2)", "sealed", sealed)
		return err
	})
}
