package token_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/internal/token"
)

// published returns the ids of the keys that clients are told of.
func published(t *testing.T, keys *token.Keys) []string {
	t.Helper()
	set, err := keys.Set("https://login.example/{tenantid}/v2.0")
	if err != nil {
		t.Fatal(err)
	}
	var read jose.JSONWebKeySet
	if err := json.Unmarshal(set, &read); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, key := range read.Keys {
		if !key.Valid() || !key.IsPublic() || key.Use != "sig" || len(key.Certificates) != 1 || len(key.CertificateThumbprintSHA1) != 20 {
			t.Errorf("key %s: %+v", key.KeyID, key)
		}
		ids = append(ids, key.KeyID)
	}
	return ids
}

// signer returns the id of the key that signs at an instant.
func signer(t *testing.T, keys *token.Keys, at time.Time) string {
	t.Helper()
	issuer, err := token.NewIssuer(origin, keys, make([]byte, 32), nil)
	if err != nil {
		t.Fatal(err)
	}
	made, err := issuer.IDToken(t.Context(), at, facts(), token.IDToken{})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jwt.ParseSigned(made.Text, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := issuer.Read(made.Text, at); err != nil {
		t.Errorf("signed with a key that is not published: %v", err)
	}
	return parsed.Headers[0].KeyID
}

// TestRotation follows the keys of two nodes through their lives.
func TestRotation(t *testing.T) {
	shelf := store.ShelfOf[token.StoredKey](storetest.Open(t), "signing-key")
	open := func(at time.Time) *token.Keys {
		keys, err := token.OpenKeys(t.Context(), shelf, token.Rotation{}, nil, at)
		if err != nil {
			t.Fatal(err)
		}
		return keys
	}
	one, two := open(now), open(now)
	keep := func(at time.Time) {
		t.Helper()
		for _, keys := range []*token.Keys{one, two} {
			if err := keys.Keep(t.Context(), at); err != nil {
				t.Fatal(err)
			}
		}
	}
	const day = 24 * time.Hour
	first := published(t, one)
	if len(first) != 1 || !slices.Equal(first, published(t, two)) || signer(t, two, now) != first[0] {
		t.Fatalf("the nodes begin with %v and %v", first, published(t, two))
	}
	keep(now.Add(89*day - time.Second))
	if got := published(t, one); len(got) != 1 {
		t.Fatalf("a key was published too early: %v", got)
	}
	// A day before it is needed the next key is published, and signs nothing.
	keep(now.Add(89 * day))
	both := published(t, one)
	if len(both) != 2 || both[0] != first[0] || !slices.Equal(both, published(t, two)) {
		t.Fatalf("published %v and %v", both, published(t, two))
	}
	if signer(t, one, now.Add(90*day-time.Second)) != both[0] || signer(t, two, now.Add(90*day)) != both[1] {
		t.Error("the new key does not take over on the day")
	}
	// The old one stays as long as a token of its may live.
	keep(now.Add(92*day - time.Second))
	if got := published(t, two); len(got) != 2 {
		t.Errorf("the old key is gone too early: %v", got)
	}
	keep(now.Add(92 * day))
	if got := published(t, two); !slices.Equal(got, both[1:]) {
		t.Errorf("published %v, want %v", got, both[1:])
	}
	// A server that was off at the change publishes before it signs all the same.
	late := now.Add(300 * day)
	keep(late)
	if got := published(t, one); len(got) != 2 || signer(t, one, late) != got[0] || signer(t, one, late.Add(day)) != got[1] {
		t.Errorf("after a long pause: %v", got)
	}
	if got := published(t, open(late)); len(got) != 2 {
		t.Errorf("a new node knows %v", got)
	}
}

// TestSetIssuer holds the set's form: clients check the issuer of a key.
func TestSetIssuer(t *testing.T) {
	set, err := newIssuer(t).Keys().Set("https://login.example/" + string(tenantID) + "/v2.0")
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Keys []map[string]any `json:"keys"`
	}
	if err := json.Unmarshal(set, &read); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kid", "use", "kty", "n", "e", "x5t", "x5c", "issuer", "alg"} {
		if read.Keys[0][name] == nil {
			t.Errorf("no %s in %s", name, set)
		}
	}
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi"} {
		if read.Keys[0][name] != nil {
			t.Errorf("the set tells %s", name)
		}
	}
	if read.Keys[0]["issuer"] != "https://login.example/"+string(tenantID)+"/v2.0" {
		t.Errorf("issuer %v", read.Keys[0]["issuer"])
	}
}

func TestBrokenKey(t *testing.T) {
	shelf := store.ShelfOf[token.StoredKey](storetest.Open(t), "signing-key")
	if err := shelf.Create(t.Context(), "000001", time.Time{}, token.StoredKey{Serial: 1, ID: "x", Private: []byte("y"), From: now}); err != nil {
		t.Fatal(err)
	}
	if _, err := token.OpenKeys(t.Context(), shelf, token.Rotation{}, nil, now); err == nil {
		t.Error("a broken key was taken")
	}
}
