package loggen

import (
	"math/rand/v2"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/result"
)

const (
	second = int64(1000)
	minute = 60 * second
	hour   = 60 * minute
)

// life makes one person's day.
type life struct {
	g    *Generator
	rng  *rand.Rand
	p    *person
	day  int
	zero int64 // midnight
	work spot  // where the laptop is
	out  []intent
}

// day makes what everybody does on a day.
func (g *Generator) day(day int) []intent {
	var all []intent
	for _, p := range g.people {
		// Each person and day has a stream of chance of its own, so that
		// attacks do not change what else happens.
		l := &life{g: g, rng: rand.New(rand.NewPCG(g.cfg.Seed^uint64(day)<<32, uint64(p.n))), p: p, day: day, zero: g.midnight(day)}
		l.live()
		all = append(all, l.out...)
	}
	return append(all, g.machineDay(day)...)
}

func (l *life) live() {
	p := l.p
	switch {
	case p.printer:
		l.scan()
		return
	case p.joins > l.day:
		return
	}
	if p.oldPassword {
		l.stale()
	}
	l.phone()
	if l.g.weekend(l.day) && l.rng.IntN(10) > 0 || l.rng.IntN(20) == 0 {
		return
	}
	l.work = officeSpot(p.office)
	switch k := l.rng.IntN(10); {
	case p.guest:
		l.work = p.home
		if k > 2 {
			return
		}
	case l.abroad():
		l.work = hotelSpot(l.rng, p.abroad)
		if p.n%3 == 0 { // through the VPN, and so seemingly in Berlin
			l.work = vpnSpot(p.n)
		}
	case k < p.homeDays:
		l.work = p.home
		if p.n%5 == 0 {
			l.work = vpnSpot(p.n)
		}
	}
	l.morning()
	l.hours()
	l.mishaps()
}

func (l *life) abroad() bool { return l.p.till > 0 && l.day >= l.p.travelsOn && l.day < l.p.till }

// at is a time of the day, in minutes, with some seconds.
func (l *life) at(minutes int) int64 {
	return l.zero + int64(minutes)*minute + l.rng.Int64N(minute)
}

// session is a device's session, which lasts for days.
func (l *life) session(d *device) uint64 {
	return uint64(l.p.n)<<24 | uint64(l.day/5)<<8 | uint64(d.platform)<<1 | 1
}

// try is a sign-in of this person with the laptop where it is.
func (l *life) try(at int64, a int) intent {
	in := intent{at: at, late: l.late(), who: l.p, app: &apps[a], device: &l.p.laptop, spot: l.work, client: access.MobileAndDesktop, session: l.session(&l.p.laptop), correlation: l.rng.Uint64(), multi: true}
	if apps[a].browser {
		in.client = access.Browser
	}
	return in
}

// late is how long a row takes to arrive.
func (l *life) late() int64 {
	if l.rng.IntN(50) == 0 {
		return l.rng.Int64N(15 * minute)
	}
	return l.rng.Int64N(90 * second)
}

func (l *life) do(in intent) { l.out = append(l.out, in) }

// signIn is an interactive sign-in: with Windows Hello at once, with a password
// and a prompt in two steps.
func (l *life) signIn(in intent) {
	in.interactive = true
	if l.p.hello && in.device == &l.p.laptop && in.device.registered {
		in.method, in.fresh = "Windows Hello for Business", true
		l.do(in)
		return
	}
	first := in
	first.pending, first.code = true, 0
	l.do(first)
	in.at += 8*second + l.rng.Int64N(20*second)
	in.fresh, in.method = true, "Mobile app notification"
	l.do(in)
}

// morning is how the day begins.
func (l *life) morning() {
	p := l.p
	begin := p.begins + l.rng.IntN(20)
	if p.joins > 0 && p.joins == l.day {
		l.join(begin)
		return
	}
	if l.rng.IntN(3) > 0 || l.day == 0 {
		l.signIn(l.try(l.at(begin), officeHome))
	}
	if l.rng.IntN(25) == 0 { // stay signed in?
		in := l.try(l.at(begin+1), officeHome)
		in.interactive, in.code = true, access.ResultCode(result.KmsiInterrupt)
		l.do(in)
	}
}

// join is a new colleague's first day, which begins with a pass that somebody
// gave them, often at home and with a computer that is not managed yet.
func (l *life) join(begin int) {
	in := l.try(l.at(begin), officeHome)
	if l.p.n%2 == 0 {
		in.spot = l.p.home
	}
	in.device, in.method, in.fresh, in.interactive = &l.p.private, "Temporary Access Pass", true, true
	in.session = 0
	l.do(in)
}

// hours is the working day: tokens are refreshed without anybody noticing, and
// some apps are opened.
func (l *life) hours() {
	for at := l.p.begins + 5; at < l.p.begins+9*60; at += 15 + l.rng.IntN(25) {
		in := l.try(l.at(at), []int{office, teams, oneDrive, teams, office, wiki}[l.rng.IntN(6)])
		if l.rng.IntN(40) == 0 { // as good as any policy is what a laptop says of itself
			in.device = l.ailing()
		}
		l.do(in)
	}
	if l.rng.IntN(4) == 0 {
		l.signIn(l.try(l.at(l.p.begins+60+l.rng.IntN(300)), []int{wiki, crm, people, crm, wiki}[l.rng.IntN(5)]))
	}
	if l.p.groups&developers != 0 {
		l.develop()
	}
}

// ailing is the laptop on a day on which it fails its checks.
func (l *life) ailing() *device {
	d := l.p.laptop
	d.compliant = false
	return &d
}

// develop is what developers do: the portal, and tools that sign in with codes.
func (l *life) develop() {
	l.signIn(l.try(l.at(l.p.begins+45), portal))
	if l.rng.IntN(3) > 0 {
		return
	}
	in := l.try(l.at(l.p.begins+90+l.rng.IntN(200)), azureCLI)
	in.flow, in.flowNow, in.interactive, in.fresh, in.method = access.DeviceCodeFlow, true, true, true, "Mobile app notification"
	in.session, in.userAgent = l.rng.Uint64()|1, "azsdk-cli/2.75"
	ask := in
	ask.at -= 20 * second
	ask.code = access.ResultCode(result.CmsiInterrupt)
	l.do(ask)
	l.do(in)
	for k := range 3 {
		use := in
		use.at += int64(k+1) * 50 * minute
		use.interactive, use.flowNow, use.fresh = false, false, false
		use.correlation = l.rng.Uint64()
		l.do(use)
	}
}

// phone is a day of the phone: mail and chat, at home, on the way, at work.
func (l *life) phone() {
	p := l.p
	if p.guest {
		return
	}
	for k := range 8 {
		at := 6*60 + 40 + k*115 + l.rng.IntN(100)
		in := intent{at: l.at(at), late: l.late(), who: p, app: &apps[[]int{outlookMobile, teams, outlookMobile, oneDrive}[k%4]], device: &p.phone, spot: p.home,
			client: access.MobileAndDesktop, session: l.session(&p.phone), correlation: l.rng.Uint64(), multi: true}
		where := &cities[p.office]
		if l.abroad() {
			where = p.abroad
			in.spot = hotelSpot(l.rng, where)
		}
		if at > p.begins && at < p.begins+9*60 {
			in.spot = officeSpot(p.office)
			if l.abroad() || l.rng.IntN(2) == 0 {
				in.spot = carrierSpot(l.rng, where)
			}
		} else if l.rng.IntN(4) == 0 {
			in.spot = carrierSpot(l.rng, where)
		}
		l.do(in)
		if l.abroad() && k > 0 && k < 4 { // the phone tries everything that is on it
			for m, a := range []int{teams, oneDrive, office, officeHome, wiki} {
				again := in
				again.at += int64(m+1) * minute
				again.app, again.correlation = &apps[a], l.rng.Uint64()
				if apps[a].browser {
					again.client, again.interactive = access.Browser, true
				}
				l.do(again)
			}
		}
	}
}

// stale is a mail client that has an old password and tries it all day.
func (l *life) stale() {
	for at := 5; at < 24*60; at += 12 + l.rng.IntN(20) {
		d := l.p.phone
		d.id, d.registered, d.trust = "", false, ""
		in := intent{at: l.at(at), late: l.late(), who: l.p, app: &apps[office], device: &d, spot: l.p.home, client: access.OtherClients, legacy: "Exchange ActiveSync",
			userAgent: "Apple-iPhone12C1/2209.82", interactive: true, correlation: l.rng.Uint64(), code: access.ResultCode(result.InvalidUserNameOrPassword)}
		if at > l.p.begins && at < l.p.begins+9*60 && !l.g.weekend(l.day) {
			in.spot = officeSpot(l.p.office)
		}
		if l.rng.IntN(12) == 0 {
			in.code = access.ResultCode(result.IdsLocked)
		}
		l.do(in)
	}
}

// scan is a day of a machine that sends what it scanned by SMTP.
func (l *life) scan() {
	for at := 30; at < 24*60; at += 40 + l.rng.IntN(60) {
		l.do(intent{at: l.at(at), late: l.late(), who: l.p, app: &apps[office], device: &device{platform: noPlatform}, spot: officeSpot(l.p.office), client: access.OtherClients,
			legacy: "Authenticated SMTP", userAgent: "ScanStation/4.2", interactive: true, correlation: l.rng.Uint64()})
	}
}

// machineDay is what service principals and managed identities do.
func (g *Generator) machineDay(day int) []intent {
	rng := rand.New(rand.NewPCG(g.cfg.Seed+uint64(day), 0xAB))
	var all []intent
	for n := 1; n <= 3+g.cfg.Users/50; n++ {
		for at := rng.IntN(60); at < 24*60; at += 45 + rng.IntN(30) {
			in := intent{at: g.midnight(day) + int64(at)*minute + rng.Int64N(minute), late: rng.Int64N(minute), principal: n, app: &app{guid(9, n), "Nightly job", graph, "Microsoft Graph", false, false},
				device: &device{platform: noPlatform}, spot: spot{addr: v4(192, 0, 2, 200+n%50), asn: 64900, city: &cities[0]}, correlation: rng.Uint64()}
			if n == 2 && rng.IntN(6) == 0 {
				in.code = access.ResultCode(result.InvalidClientSecretExpiredKeysProvided)
			}
			all = append(all, in)
		}
	}
	return all
}
