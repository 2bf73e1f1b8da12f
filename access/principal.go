package access

// principalKind is who asks for access.
type principalKind uint8

const (
	principalUnknown principalKind = iota
	principalUser
	principalWorkload
	principalAgent
	principalApp // a workload or an agent
)

// principalOf tells who asks; a person's id wins over an app's, since an app
// that acts for a person is no principal (CA-27).
func principalOf(f *Facts) principalKind {
	user, known := f.UserID.Get()
	switch {
	case user != "":
		return principalUser
	case f.ServicePrincipalID.Or("") != "":
		return principalWorkload
	case f.AgentID.Or("") != "":
		return principalAgent
	case known && f.AgentID.known:
		return principalWorkload
	case known:
		return principalApp
	}
	return principalUnknown
}

// possibleKinds is which guest kinds a person may be of, if that is not known:
// those that the type of the user object leaves. The second result tells
// whether the person may also be an ordinary user.
func possibleKinds(f *Facts) (GuestTypes, bool) {
	switch f.UserType.Or(0) {
	case Member:
		return B2BCollaborationMember | B2BDirectConnectUser | ServiceProvider, true
	case Guest:
		return guestKinds, false
	}
	return GuestTypesAll, true
}

// guestKinds are the kinds a user object of type guest may be of.
const guestKinds = GuestTypesAll &^ B2BCollaborationMember

// reading is a set of ways to take a person whose kind is not known, as far as
// demands differ (CA-112).
type reading uint8

const (
	ordinary      reading = 1 << iota // authenticates here
	collaboration                     // authenticates elsewhere
	directConnect                     // authenticates elsewhere and has no object here
)

func readingsOf(f *Facts, kind principalKind) reading {
	if kind != principalUser && kind != principalUnknown {
		return ordinary
	}
	if kinds, known := f.GuestTypes.Get(); known {
		return readingOf(kinds)
	}
	kinds, plain := possibleKinds(f)
	var r reading
	if plain || kinds&InternalGuest != 0 {
		r |= ordinary
	}
	return r | readingOf(kinds&ExternalTypes&^B2BDirectConnectUser) | readingOf(B2BDirectConnectUser)
}

func readingOf(kinds GuestTypes) reading {
	switch external := kinds & ExternalTypes; external {
	case 0:
		return ordinary
	case B2BDirectConnectUser:
		return directConnect
	}
	return collaboration
}
