package access_test

import (
	"math/rand/v2"
	"testing"

	"github.com/sallyport-id/sallyport/access"
)

// A principal that was looked up before decides as one that is not.
func TestDecideAs(t *testing.T) {
	set, err := access.Compile(office(demanding("mfa", access.MFA, func(p *access.Policy) {
		p.Conditions.Users.Exclude.Users = []access.UserID{"alice"}
	}), demanding("device", access.CompliantDevice, nil)), access.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		f := fromHome()
		f.UserID = access.Known([]access.UserID{"alice", "bob"}[rng.IntN(2)])
		p := set.Principal(&f)
		f.Device = access.Known(&access.Device{IsCompliant: access.Known([]access.Tri{access.Yes, access.No}[rng.IntN(2)])})
		if got, want := set.DecideAs(p, &f), set.Decide(&f); got != want {
			t.Fatalf("DecideAs = %+v, Decide = %+v", got, want)
		}
	}
}
