package signinlog

import "hash/maphash"

// profile is what the rows of one person or service principal said last. Most of
// a row is what the same person's last rows said: the same names, the same two
// devices, the same two places. What is expected is recognised by comparing
// bytes, which costs a fraction of reading and looking it up.
type profile struct {
	owner   string
	rows    int
	texts   [profileFields][2]string
	devices memos[Device]
	places  memos[Location]
}

// profileFields is how many fields a profile has, and maxExpected the length of
// the longest text that is expected again: what a log can make us keep is bounded.
const (
	profileFields = 18
	maxExpected   = 256
)

// profileField numbers the fields whose values depend on whose row it is; 0 for
// all others.
var profileField = func() (of [slots]uint8) {
	for i, f := range [...]field{
		fieldUserPrincipalName, fieldUserDisplayName, fieldUserID, fieldSignInIdentifier, fieldAlternateSignInName, fieldHomeTenantID,
		fieldServicePrincipalID, fieldServicePrincipalName, fieldIPAddress, fieldCallerIPAddress, fieldUserAgent, fieldSessionID,
		fieldDeviceID, fieldDeviceName, fieldOperatingSystem, fieldBrowser, fieldCity,
	} {
		of[f] = uint8(i + 1)
	}
	return of
}()

// repeats reports whether the owner had a row before: what only one row says is
// not worth keeping.
func (p *profile) repeats() bool { return p != nil && p.rows > 1 }

// profiles are the profiles of as many people as fit. Some share a few places,
// which they lose to others who share them and were met since.
type profiles struct {
	seed maphash.Seed
	sets [][profileWays]profilePlace
}

// profilePlace is where a profile is found, by the hash of its owner's name.
type profilePlace struct {
	hash    uint64
	profile *profile
}

const (
	profileSets = 1 << 10
	profileWays = 4
)

func newProfiles() profiles {
	return profiles{seed: maphash.MakeSeed(), sets: make([][profileWays]profilePlace, profileSets)}
}

// of returns the profile of who a row says it is of, by a name that nobody else
// has, and brings it to the front of its places.
func (ps *profiles) of(owner []byte) *profile {
	hash := maphash.Bytes(ps.seed, owner)
	set := &ps.sets[hash%profileSets]
	for k, at := range set {
		if at.hash == hash && at.profile != nil && at.profile.owner == string(owner) {
			if k > 0 {
				copy(set[1:k+1], set[:k])
				set[0] = at
			}
			at.profile.rows++
			return at.profile
		}
	}
	p := set[profileWays-1].profile
	if p == nil {
		p = new(profile)
	}
	*p = profile{owner: string(owner), rows: 1}
	copy(set[1:], set[:profileWays-1])
	set[0] = profilePlace{hash, p}
	return p
}

// memo is a value and the text that it was read from.
type memo[T any] struct {
	text  string
	value T
}

// memos are the last few values of a kind.
type memos[T any] struct {
	all  [2]memo[T]
	next uint8
}

// maxMemo is the length of the longest text that is remembered.
const maxMemo = 1 << 9

// find returns the value that the text at hand spells, and passes over it.
func (ms *memos[T]) find(t *tokens) (*T, bool) {
	rest := t.b[t.i:]
	for k := range ms.all {
		m := &ms.all[k]
		if n := len(m.text); n > 0 && n <= len(rest) && string(rest[:n]) == m.text {
			t.i += n
			return &m.value, true
		}
	}
	return nil, false
}

// remembered reads the object at hand, unless its text is one that was read before.
// Only an object that stands in the row itself and is the first of its kind there
// is remembered: what it says is then all that the value holds.
func remembered[T comparable](p *parser, ms *memos[T], to *T, read func(*parser, *T)) {
	var empty T
	if p.cell || p.peek() != '{' || *to != empty {
		read(p, to)
		return
	}
	if known, ok := ms.find(&p.tokens); ok {
		*to = *known
		return
	}
	begin := p.i
	read(p, to)
	if p.failed == "" {
		ms.keep(p.b[begin:p.i], *to)
	}
}

// keep remembers a value that was read from text.
func (ms *memos[T]) keep(text []byte, value T) {
	if len(text) <= maxMemo {
		ms.all[ms.next] = memo[T]{string(text), value}
		ms.next ^= 1
	}
}
