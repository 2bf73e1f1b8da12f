package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/store"
)

// Secrets are what all nodes of a server must share and nobody else may know.
type Secrets struct {
	// Hop signs the steps of a sign-in under way.
	Hop []byte `json:"hop"`
	// Pairwise makes the names by which clients know people. Lost, every
	// client meets strangers.
	Pairwise []byte `json:"pairwise"`
}

const secretBytes = 32

// Secrets returns the server's secrets, made when they are first asked for.
func (f *Folder) Secrets(ctx context.Context, random io.Reader) (Secrets, error) {
	return keptOrMade(ctx, store.ShelfOf[Secrets](f.DB, "server-secrets"), "1", func() (Secrets, error) {
		s := Secrets{Hop: make([]byte, secretBytes), Pairwise: make([]byte, secretBytes)}
		for _, b := range [][]byte{s.Hop, s.Pairwise} {
			if _, err := io.ReadFull(random, b); err != nil {
				return s, fmt.Errorf("read randomness for the server's secrets: %w", err)
			}
		}
		return s, nil
	})
}

// keptOrMade returns the value of a key, made if nobody has made it yet. Of two
// that make it at once, one wins and both get the winner's.
func keptOrMade[T any](ctx context.Context, shelf *store.Shelf[T], key string, make func() (T, error)) (T, error) {
	kept, err := shelf.Get(ctx, key)
	if err == nil || !errors.Is(err, fault.NotFound) {
		return kept, err
	}
	made, err := make()
	if err != nil {
		return made, err
	}
	switch err := shelf.Create(ctx, key, time.Time{}, made); {
	case errors.Is(err, fault.Conflict):
		return shelf.Get(ctx, key)
	default:
		return made, err
	}
}
