package demo

import (
	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// Password is the password of everybody in the demo.
const Password = "Open-Sesame-1"

// The tenants and their domains.
const (
	Tenant       access.TenantID = "5a11e900-0000-4000-8000-000000000001"
	Domain                       = "contoso.example"
	homeTenant   access.TenantID = "5a11e900-0000-4000-8000-000000000002"
	homeDomain                   = "fabrikam.example"
	groupPrefix                  = "5a11e9a0-0000-4000-8000-00000000000"
	emergency    access.GroupID  = groupPrefix + "1"
	browserOnly  access.GroupID  = groupPrefix + "2"
	deskWorkers  access.GroupID  = groupPrefix + "3"
	boardMembers access.GroupID  = groupPrefix + "4"
	board        access.GroupID  = groupPrefix + "5" // contains boardMembers
)

// person is somebody to sign in as.
type person struct {
	id       string
	name     string // before the @
	display  string
	language string
	fate     string // what they meet
	in       []access.GroupID
	admin    bool
	change   func(*directory.User)
	// authenticator: an authenticator app is registered, whose codes the
	// demo shows.
	authenticator bool
	// compromised: somebody has their password.
	compromised bool
}

// people are whom the guide lists, in its order.
var people = []person{
	{id: "01", name: "alice", display: "Alice Armstrong", fate: "gets in; try other places, platforms and devices with her"},
	{id: "02", name: "ada", display: "Ada Abate", language: "it", admin: true, fate: "administrator: must register a second factor first (50072, D01)"},
	{id: "03", name: "fumiko", display: "Fumiko Fujii", language: "ja", authenticator: true, change: func(u *directory.User) { u.MFA = directory.MFAEnforced }, fate: "is asked for the code of her authenticator (50074), which /demo/authenticator shows"},
	{id: "04", name: "dana", display: "Dana Dupont", language: "fr", in: []access.GroupID{browserOnly}, fate: "browsers only: refused in the desktop app (53003 by client, D05)"},
	{id: "05", name: "erik", display: "Erik Ek", in: []access.GroupID{deskWorkers}, fate: "no phones: refused on Android and iOS (53003 by platform, D06)"},
	{id: "06", name: "nadia", display: "Nadia Nested", in: []access.GroupID{boardMembers}, fate: "is in a group of a group that may read board papers, which does not count (50105)"},
	{id: "07", name: "carol", display: "Carol Cole", change: func(u *directory.User) { u.ForceChangePassword = true }, fate: "must choose a new password (50055)"},
	{id: "08", name: "ben", display: "Ben Bloom", change: func(u *directory.User) { u.AccountEnabled = false }, fate: "has been disabled (50057)"},
	{id: "09", name: "ivy", display: "Ivy Iyer", compromised: true, authenticator: true, fate: "somebody has her password: a code, then a new password (50074, 50142, D09)"},
	{id: "10", name: "break.glass", display: "Emergency account", in: []access.GroupID{emergency}, admin: true, fate: "is excluded from every policy, and gets in from anywhere"},
}

// visitors are people of the other tenant.
var visitors = []person{
	{id: "21", name: "hugo", display: "Hugo Haas", fate: "guest from another tenant: gets in"},
	{id: "22", name: "greta", display: "Greta Grün", fate: "of another tenant and not invited (50020)"},
}

func (p *person) user(tenant access.TenantID, domain string) directory.User {
	u := directory.User{
		ID: userID(p.id), TenantID: tenant, UserPrincipalName: p.name + "@" + domain, DisplayName: p.display,
		PreferredLanguage: p.language, AccountEnabled: true,
	}
	if p.change != nil {
		p.change(&u)
	}
	return u
}

func userID(n string) access.UserID { return access.UserID("5a11e9e0-0000-4000-8000-0000000000" + n) }

// groups are the groups of the tenant.
var groups = []struct {
	id   access.GroupID
	name string
}{
	{emergency, "Emergency accounts"}, {browserOnly, "Temporary staff"}, {deskWorkers, "Desk workers"},
	{boardMembers, "Board members"}, {board, "Board"},
}
