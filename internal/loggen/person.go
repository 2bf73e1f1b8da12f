package loggen

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// person is somebody of the tenant, with habits.
type person struct {
	n               int
	id, name, upn   string
	guest           bool
	groups          groupSet
	office          int
	home            spot
	laptop, phone   device
	private         device // their own computer at home
	begins          int    // of the working day, in minutes
	hello           bool   // signs in with Windows Hello, not a password
	homeTenant      string
	homeDays        int  // of ten, worked at home
	oldPassword     bool // somewhere a mail client has an old password
	joins           int  // the day of the first sign-in; 0: long ago
	printer         bool // an account that a machine uses
	travelsOn, till int  // days abroad; till 0: none
	abroad          *city
}

// groupSet is what policies can tell people apart by.
type groupSet uint8

const (
	travellers groupSet = 1 << iota // may sign in from abroad
	developers                      // may use device codes
	machines                        // may use legacy protocols, without a second factor
	admins
	contractors
	payroll // assigned to the payroll app
)

// groupNames are the groups' names, by bit.
var groupNames = [...]string{"Approved travellers", "Developers", "Machine accounts", "Administrators", "Contractors", "Payroll"}

func groupID(bit int) string { return fmt.Sprintf("94000000-0000-4000-8000-%012d", bit+1) }

// device is a computer or a phone.
type device struct {
	id, name, system, browser, userAgent, trust string
	platform                                    platform
	compliant, managed, registered              bool
}

type platform uint8

const (
	windows platform = iota
	macOS
	iOS
	android
	linux
	noPlatform
)

var givenNames = strings.Fields("Anna Bruno Carla Diego Elena Felix Giulia Hugo Irene Jonas Katia Luca Marta Nils Olga Paolo Rita Simon Tina Ugo Vera Walter Yuki Zoe Adele Björn Chloé Dario Emma Fabio")
var familyNames = strings.Fields("Rossi Weber Martin Bianchi Keller Dubois Romano Vogel Petit Conti Brandt Leroy Greco Schulz Moreau Bruno Wolf Garnier Costa Lang Fabre Marino Krüger Roux Ricci Busch Blanc Ferrari Otto Henry")

// guid returns a GUID that belongs to a kind of thing and a number.
func guid(kind, n int) string {
	r := rand.New(rand.NewPCG(uint64(kind)*0x9E3779B97F4A7C15, uint64(n)+1))
	return formatGUID(r.Uint64(), r.Uint64())
}

const hexDigits = "0123456789abcdef"

// formatGUID writes a random (version 4) GUID.
func formatGUID(hi, lo uint64) string {
	hi = hi&^0xF000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	var b [36]byte
	at := 0
	for i := range 32 {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			b[at] = '-'
			at++
		}
		v := hi
		if i >= 16 {
			v = lo
		}
		b[at] = hexDigits[v>>(60-4*(i%16))&15]
		at++
	}
	return string(b[:])
}

// newPerson makes the n-th person of a tenant.
func newPerson(rng *rand.Rand, n int, cfg *Config) *person {
	p := &person{n: n, id: guid(1, n), office: rng.IntN(offices), begins: 7*60 + 15 + rng.IntN(150), hello: rng.IntN(3) > 0, homeDays: rng.IntN(6)}
	given, family := givenNames[rng.IntN(len(givenNames))], familyNames[rng.IntN(len(familyNames))]
	p.name = given + " " + family
	p.upn = fmt.Sprintf("%s.%s%d@contoso.example", plainName(given), plainName(family), n)
	p.home = homeSpot(n, &cities[p.office])
	for bit, share := range [...]int{travellers: 25, developers: 8, admins: 2, contractors: 6, payroll: 10} {
		if share > 0 && rng.IntN(100) < share {
			p.groups |= groupSet(bit)
		}
	}
	p.laptop = newLaptop(rng, n)
	p.phone = newPhone(rng, n)
	p.private = device{system: "Windows10", browser: "Firefox 140.0", userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"}
	switch k := rng.IntN(100); {
	case n%97 == 5:
		p.becomePrinter()
	case k < 4:
		p.becomeGuest(rng)
	case k < 6:
		p.oldPassword = true
	case k < 8 && cfg.Days > 3:
		p.joins = 1 + rng.IntN(cfg.Days-1)
	}
	if rng.IntN(12) == 0 && cfg.Days > 4 && !p.guest && !p.printer {
		p.travelsOn = 1 + rng.IntN(cfg.Days-2)
		p.till = p.travelsOn + 1 + rng.IntN(4)
		p.abroad = &cities[offices+rng.IntN(len(cities)-offices)]
	}
	return p
}

func plainName(s string) string {
	return strings.NewReplacer("ö", "oe", "ü", "ue", "é", "e").Replace(strings.ToLower(s))
}

// becomePrinter makes an account that a machine uses, in the office, day and night.
func (p *person) becomePrinter() {
	p.name, p.upn = fmt.Sprintf("Scanner %d", p.n), fmt.Sprintf("scanner%d@contoso.example", p.n)
	p.printer, p.groups = true, machines
}

// becomeGuest makes a guest, who uses two apps now and then, from their own computer.
func (p *person) becomeGuest(rng *rand.Rand) {
	p.guest, p.groups = true, 0
	p.homeTenant = guid(2, rng.IntN(9))
	p.upn = fmt.Sprintf("%s_partner%d.example#EXT#@contoso.example", strings.SplitN(p.upn, "@", 2)[0], rng.IntN(9))
	p.laptop.managed, p.laptop.compliant, p.laptop.registered, p.laptop.id, p.laptop.trust = false, false, false, "", ""
}

func newLaptop(rng *rand.Rand, n int) device {
	d := device{id: guid(3, n), name: fmt.Sprintf("CONTOSO-%05d", n), compliant: true, managed: true, registered: true, trust: "Azure AD joined"}
	version := 138 + rng.IntN(3)
	if rng.IntN(5) == 0 {
		d.platform, d.system, d.browser = macOS, "MacOs", "Safari 18.5"
		d.userAgent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"
		return d
	}
	d.platform, d.system, d.browser = windows, "Windows10", fmt.Sprintf("Edge %d.0.0", version)
	d.userAgent = fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36 Edg/%d.0.0.0", version, version)
	return d
}

func newPhone(rng *rand.Rand, n int) device {
	d := device{id: guid(4, n), registered: true, trust: "Azure AD registered"}
	if rng.IntN(2) == 0 {
		d.platform, d.system, d.browser = iOS, "Ios 18.5", "Mobile Safari"
		d.userAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
		return d
	}
	d.platform, d.system, d.browser = android, "Android 15", "Chrome Mobile"
	d.userAgent = "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36"
	return d
}
