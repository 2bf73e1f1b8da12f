package access_test

import (
	"fmt"
	"net/netip"

	"github.com/sallyport-id/sallyport/access"
)

// A tenant blocks everyone outside its offices. Explain tells why an attempt is
// refused and what would let it in.
func Example() {
	office := netip.MustParsePrefix("203.0.113.0/24")
	set, err := access.Compile(access.Source{
		Locations: []access.Location{{
			ID: "offices", DisplayName: "Offices", Trusted: true,
			Ranges: []access.Range{{First: office.Addr(), Last: netip.MustParseAddr("203.0.113.255")}},
		}},
		Policies: []access.Policy{{
			ID: "1", DisplayName: "Only from the office", State: access.StateEnabled,
			Conditions: access.Conditions{
				Users:        access.Users{Include: access.Principals{All: true}},
				Applications: access.Applications{Include: access.AppSelector{All: true}},
				Locations: &access.LocationSet{
					Include: access.LocationSelector{All: true},
					Exclude: access.LocationSelector{AllTrusted: true},
				},
			},
			Grant: &access.GrantControls{Controls: access.Block},
		}},
	}, access.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}

	facts := access.Facts{
		UserID:    access.Known(access.UserID("alice")),
		Audiences: access.Known([]access.Audience{{AppID: "mail"}}),
		IP:        access.Known(netip.MustParseAddr("198.51.100.7")),
	}
	e := set.Explain(&facts)
	fmt.Println(e.Verdict, e.Code)
	for _, r := range e.Reasons(0) {
		fmt.Printf("%v: wanted %s, seen %s: %v\n", r.Condition, r.Wanted, r.Seen, r.Truth)
	}
	for _, r := range e.Remedies() {
		for _, c := range r.Changes {
			fmt.Println(c.By, "can change it to", c.To)
		}
	}
	// Output:
	// block 53003
	// application: wanted All, seen mail: true
	// users: wanted All, seen user alice (groups: not known, roles: not known): true
	// location: wanted All except AllTrusted, seen address 198.51.100.7, country not known: true
	// user can change it to a trusted location
	// admin can change it to excluded from Only from the office
}

// What nobody knows is not taken for a no: the answer may be undetermined.
func ExampleSet_Decide() {
	set, err := access.Compile(access.Source{Policies: []access.Policy{{
		ID: "1", State: access.StateEnabled,
		Conditions: access.Conditions{
			Users:        access.Users{Include: access.Principals{Groups: []access.GroupID{"contractors"}}},
			Applications: access.Applications{Include: access.AppSelector{All: true}},
		},
		Grant: &access.GrantControls{Controls: access.Block},
	}}}, access.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	facts := access.Facts{
		UserID:    access.Known(access.UserID("alice")),
		Audiences: access.Known([]access.Audience{{AppID: "mail"}}),
	}
	fmt.Println(set.Decide(&facts).Verdict)
	facts.Groups = access.Known([]access.GroupID{"staff"})
	fmt.Println(set.Decide(&facts).Verdict)
	// Output:
	// undetermined
	// grant
}
