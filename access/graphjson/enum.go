package graphjson

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// bits is one of access's sets.
type bits interface {
	~uint8 | ~uint16 | ~uint32
	fmt.Stringer
}

// enum knows the words of a set on the wire.
type enum[T bits] struct {
	words   map[string]T // by lower-case word
	names   []string     // canonical words in order
	numbers map[int]T    // for what PowerShell may write as a number; nil: nothing
}

// newEnum takes the words from T's String method, so that they stand in one place
// only, and adds the extra ones, which are read and never written.
func newEnum[T bits](extra map[string]T, numbers map[int]T) *enum[T] {
	e := &enum[T]{words: map[string]T{}, numbers: numbers}
	for bit := T(1); bit != 0; bit <<= 1 {
		if name := bit.String(); name != "" {
			e.words[strings.ToLower(name)] = bit
			e.names = append(e.names, name)
		}
	}
	for name, v := range extra {
		e.words[strings.ToLower(name)] = v
	}
	return e
}

// numbered returns the numbers of a flags enumeration of n members that access
// and Graph number alike.
func numbered[T bits](n int) map[int]T {
	numbers := map[int]T{}
	for i := range n {
		numbers[1<<i] = T(1) << i
	}
	return numbers
}

// word returns the value of a word in any letter case (CA-6).
func (e *enum[T]) word(s string) (T, bool) {
	v, ok := e.words[strings.ToLower(strings.TrimSpace(s))]
	return v, ok
}

// list returns the words for the set v.
func (e *enum[T]) list(v T) []string {
	var words []string
	for bit := T(1); bit != 0; bit <<= 1 {
		if name := bit.String(); v&bit != 0 && name != "" {
			words = append(words, name)
		}
	}
	return words
}

// flags reads a set written as words with commas between them (CA-5), or as the
// sum of their numbers. Words that are none are returned.
func (e *enum[T]) flags(n *Node) (v T, unknown []string, ok bool) {
	switch n.Kind() {
	case String:
		for _, w := range strings.Split(n.text, ",") {
			if w = strings.TrimSpace(w); w == "" {
				continue
			}
			bit, known := e.word(w)
			if !known {
				unknown = append(unknown, w)
			}
			v |= bit
		}
		return v, unknown, true
	case Number:
		sum, err := strconv.Atoi(n.text)
		if err != nil || sum < 0 || e.numbers == nil {
			return 0, nil, false
		}
		for number, bit := range e.numbers {
			if sum&number == number {
				v |= bit
				sum &^= number
			}
		}
		if sum != 0 {
			unknown = []string{strconv.Itoa(sum)}
		}
		return v, unknown, true
	}
	return 0, nil, false
}

// readFlags reads the named member of o as flags, or as an array of words, which
// some beta versions wrote.
func readFlags[T bits](o *object, name string, e *enum[T]) T {
	n := o.member(name)
	if n == nil {
		return 0
	}
	if n.kind == Array {
		return readList(o, name, e)
	}
	v, unknown, ok := e.flags(n)
	if !ok {
		o.wrong(n, name, "a string of names with commas between them")
		return 0
	}
	for _, w := range unknown {
		o.r.unrecognised = append(o.r.unrecognised, access.Unrecognised{Path: o.within(name), Value: w})
	}
	return v
}

// readList reads the named array of words, or of numbers where e has any.
func readList[T bits](o *object, name string, e *enum[T]) T {
	var v T
	for i, n := range o.items(name) {
		path := indexPath(o.within(name), i)
		var bit T
		known := false
		switch {
		case n.kind == String:
			bit, known = e.word(n.text)
		case n.kind == Number && e.numbers != nil:
			number, err := strconv.Atoi(n.text)
			bit, known = e.numbers[number]
			known = known && err == nil
		default:
			o.r.fail(n, path, "found %s, expected a name", describe(n))
			continue
		}
		if !known {
			o.r.unrecognise(n, path)
		}
		v |= bit
	}
	return v
}

// choice reads the named member as one of names, whose places are the values;
// -1 if there is none. Some of Graph's enumerations are numbered in the same
// order, and PowerShell may write the number.
func (o *object) choice(name string, names ...string) int {
	n := o.member(name)
	switch n.Kind() {
	case Missing:
		return -1
	case Number:
		if i, err := strconv.Atoi(n.text); err == nil && 0 <= i && i < len(names) {
			return i
		}
		o.r.unrecognise(n, o.within(name))
		return -1
	case String:
		for i, w := range names {
			if w != "" && strings.EqualFold(strings.TrimSpace(n.text), w) {
				return i
			}
		}
		o.r.unrecognise(n, o.within(name))
		return -1
	}
	o.wrong(n, name, "one of "+strings.Join(names, ", "))
	return -1
}

// The words of the sets. Numbers are Graph's; where sources disagree about them,
// as for risk levels, none are taken.
var (
	clientAppEnum = newEnum(
		map[string]access.ClientAppTypes{
			"all":            access.ClientAppAny,
			"modern":         access.MobileAndDesktop,   // CA-51
			"easUnsupported": access.ExchangeActiveSync, // CA-51
		},
		map[int]access.ClientAppTypes{0: access.ClientAppAny, 1: access.Browser, 2: access.MobileAndDesktop, 3: access.ExchangeActiveSync, 4: access.EASSupported, 5: access.OtherClients},
	)
	platformEnum = newEnum(
		map[string]access.Platforms{"all": access.PlatformAll},
		map[int]access.Platforms{0: access.Android, 1: access.IOS, 2: access.Windows, 3: access.WindowsPhone, 4: access.MacOS, 5: access.PlatformAll, 7: access.Linux},
	)
	riskEnum    = newEnum[access.RiskLevels](nil, nil)
	insiderEnum = newEnum(nil, numbered[access.InsiderRiskLevels](3))
	flowEnum    = newEnum(nil, numbered[access.Flows](2))
	guestEnum   = newEnum(map[string]access.GuestTypes{"none": access.GuestTypesNone}, numbered[access.GuestTypes](6))
	actionEnum  = newEnum[access.UserActions](nil, nil)
	methodEnum  = newEnum(nil, methodNumbers())
	controlEnum = newEnum(nil, controlNumbers())
)

// methodNumbers returns Graph's numbers of methods, which are access's (CA-130).
func methodNumbers() map[int]access.Methods {
	numbers := map[int]access.Methods{}
	for bit := access.Methods(1); bit != 0; bit <<= 1 {
		if bit.String() != "" {
			numbers[int(bit)] = bit
		}
	}
	return numbers
}

// controlNumbers returns Graph's numbers of controls, which are the places of
// access's bits (CA-100).
func controlNumbers() map[int]access.Controls {
	numbers := map[int]access.Controls{}
	for i := range 16 {
		if bit := access.Controls(1) << i; bit.String() != "" {
			numbers[i] = bit
		}
	}
	return numbers
}
