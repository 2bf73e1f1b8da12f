package token

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// Rotation is how keys follow each other. Zero members mean the defaults.
type Rotation struct {
	// Period is how long a key signs: 90 days.
	Period time.Duration
	// Lead is how long a key is published before it signs, so that every
	// client that fetches the set now and then knows it in time: a day.
	Lead time.Duration
	// Overlap is how long a key stays published after its last signature:
	// longer than any token lives, two days.
	Overlap time.Duration
}

const day = 24 * time.Hour

func (r Rotation) withDefaults() Rotation {
	for _, d := range []struct {
		value     *time.Duration
		otherwise time.Duration
	}{{&r.Period, 90 * day}, {&r.Lead, day}, {&r.Overlap, 2 * day}} {
		if *d.value <= 0 {
			*d.value = d.otherwise
		}
	}
	return r
}

// Keys are the server's signing keys. They are safe for concurrent use; nodes
// that share a store share the keys.
type Keys struct {
	store    KeyStore
	rotation Rotation
	random   io.Reader
	// slots bounds signing to what the processors can do at once, so that a
	// flood of requests waits in order and those that gave up leave.
	slots   chan struct{}
	current atomic.Pointer[[]*key] // by serial
}

// OpenKeys returns the keys of a store, and makes the first if there is none.
// random is where keys come from; nil: crypto/rand.
func OpenKeys(ctx context.Context, store KeyStore, rotation Rotation, random io.Reader, now time.Time) (*Keys, error) {
	if random == nil {
		random = rand.Reader
	}
	k := &Keys{store: store, rotation: rotation.withDefaults(), random: random, slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
	return k, k.Keep(ctx, now)
}

// Keep learns of keys that other nodes made and dropped, makes the next key
// when it is due and drops those that no living token needs. Call it every
// minute or so.
func (k *Keys) Keep(ctx context.Context, now time.Time) error {
	now = directory.Instant(now)
	stored, err := k.load(ctx)
	if err != nil {
		return err
	}
	if next, due := k.next(stored, now); due {
		made, err := newKey(k.random, next.Serial, now, next.From)
		if err != nil {
			return err
		}
		// Another node may have been faster; its key is as good.
		if err := k.store.Create(ctx, shelfKey(made.Serial), time.Time{}, made); err != nil && !errors.Is(err, fault.Conflict) {
			return fmt.Errorf("keep a new signing key: %w", err)
		}
		if stored, err = k.load(ctx); err != nil {
			return err
		}
	}
	for len(stored) > 1 && !now.Before(stored[1].From.Add(k.rotation.Overlap)) {
		if err := k.store.Delete(ctx, shelfKey(stored[0].Serial)); err != nil {
			return fmt.Errorf("drop signing key %s: %w", stored[0].ID, err)
		}
		stored = stored[1:]
	}
	return k.use(stored)
}

func shelfKey(serial int) string { return fmt.Sprintf("%06d", serial) }

// load reads the stored keys by serial.
func (k *Keys) load(ctx context.Context) ([]StoredKey, error) {
	stored, err := k.store.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the signing keys: %w", err)
	}
	slices.SortFunc(stored, func(a, b StoredKey) int { return a.Serial - b.Serial })
	return stored, nil
}

// next tells whether a key must be made now, and from when it would sign.
func (k *Keys) next(stored []StoredKey, now time.Time) (StoredKey, bool) {
	if len(stored) == 0 {
		// Nobody can have fetched a set yet.
		return StoredKey{Serial: 1, From: now}, true
	}
	last := stored[len(stored)-1]
	due := last.From.Add(k.rotation.Period)
	if now.Before(due.Add(-k.rotation.Lead)) {
		return StoredKey{}, false
	}
	if earliest := now.Add(k.rotation.Lead); due.Before(earliest) {
		due = earliest // the server was off: the old key signs a little longer
	}
	return StoredKey{Serial: last.Serial + 1, From: due}, true
}

// use makes the stored keys the current ones, parsing only those that are new.
func (k *Keys) use(stored []StoredKey) error {
	known := map[string]*key{}
	if held := k.current.Load(); held != nil {
		for _, one := range *held {
			known[one.ID] = one
		}
	}
	keys := make([]*key, 0, len(stored))
	for _, s := range stored {
		one := known[s.ID]
		if one == nil {
			var err error
			if one, err = s.ready(); err != nil {
				return err
			}
		}
		keys = append(keys, one)
	}
	k.current.Store(&keys)
	return nil
}

// signing returns the key that signs at an instant.
func (k *Keys) signing(now time.Time) *key {
	keys := *k.current.Load()
	for _, one := range slices.Backward(keys) {
		if !now.Before(one.From) {
			return one
		}
	}
	return keys[0]
}

// byID returns a published key, or nil.
func (k *Keys) byID(id string) *key {
	for _, one := range *k.current.Load() {
		if one.ID == id {
			return one
		}
	}
	return nil
}

// Set returns the JWK set (RFC 7517 §5) in which each key names its issuer.
func (k *Keys) Set(issuer string) ([]byte, error) {
	name, err := json.Marshal(issuer)
	if err != nil {
		return nil, fmt.Errorf("write an issuer's name: %w", err)
	}
	set := struct {
		Keys []json.RawMessage `json:"keys"`
	}{}
	for _, one := range *k.current.Load() {
		member := slices.Concat([]byte(`,"issuer":`), name, []byte("}"))
		set.Keys = append(set.Keys, append(slices.Clone(one.jwk[:len(one.jwk)-1]), member...))
	}
	return json.Marshal(set)
}

// sign returns the compact JWS of claims. It waits for its turn, and fails with
// fault.Unavailable if the caller has gone meanwhile.
func (k *Keys) sign(ctx context.Context, now time.Time, version int, claims Claims) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("write a token: %w", err)
	}
	select {
	case k.slots <- struct{}{}:
		defer func() { <-k.slots }()
	case <-ctx.Done():
		return "", fault.Wrap(fault.Unavailable, context.Cause(ctx), "The server is busy.")
	}
	by := k.signing(now)
	signer := by.plain
	if version == 1 {
		signer = by.x5t
	}
	return compact(signer, payload)
}

func compact(signer jose.Signer, payload []byte) (string, error) {
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		return "", fmt.Errorf("write a token: %w", err)
	}
	return text, nil
}
