package loggen

import (
	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/result"
)

// mishaps are what goes wrong on a working day, some of it rarely: everything
// that looks like an attack and is none.
func (l *life) mishaps() {
	for _, m := range []struct {
		oneIn int
		what  func(at int64)
	}{
		{9, l.mistype}, {90, l.forget}, {40, l.unheard}, {400, l.wrongButton}, {300, l.phoneLeftBehind}, {120, l.connect}, {60, l.closedDoor},
		{80, l.privateComputer}, {50, l.aged}, {30, l.silent}, {150, l.expired}, {400, l.homeVPN}, {250, l.lockedOut}, {500, l.risky}, {120, l.placeless}, {900, l.leaked},
	} {
		if l.rng.IntN(m.oneIn) == 0 {
			m.what(l.at(l.p.begins + 15 + l.rng.IntN(8*60)))
		}
	}
}

// fail is a sign-in that ends before access is decided.
func (l *life) fail(at int64, a int, code result.Code) intent {
	in := l.try(at, a)
	in.interactive, in.code, in.multi = true, access.ResultCode(code), false
	return in
}

// mistype is a wrong password, or two, and then the right one.
func (l *life) mistype(at int64) {
	for k := range 1 + l.rng.IntN(2) {
		l.do(l.fail(at+int64(k)*15*second, officeHome, result.InvalidUserNameOrPassword))
	}
	l.signIn(l.try(at+40*second, officeHome))
}

// forget is a holiday's work: many wrong passwords, a lock, a reset.
func (l *life) forget(at int64) {
	n := 6 + l.rng.IntN(8)
	for k := range n {
		l.do(l.fail(at+int64(k)*25*second, officeHome, result.InvalidUserNameOrPassword))
	}
	at += int64(n) * 25 * second
	l.do(l.fail(at, officeHome, result.IdsLocked))
	l.do(l.fail(at+11*minute, officeHome, result.PasswordResetRegistrationRequiredInterrupt))
	l.signIn(l.try(at+12*minute, officeHome))
}

// unheard is a prompt that nobody answered, and the next one.
func (l *life) unheard(at int64) {
	in := l.fail(at, crm, result.SecondFactorFailed)
	in.detail = "MFA denied; user did not respond to mobile app notification"
	l.do(in)
	l.signIn(l.try(at+70*second, crm))
}

// wrongButton is a prompt that was denied by mistake, at one's own desk.
func (l *life) wrongButton(at int64) {
	in := l.fail(at, crm, result.SecondFactorFailed)
	in.detail = "MFA denied; user declined the authentication"
	l.do(in)
	l.signIn(l.try(at+30*second, crm))
}

// phoneLeftBehind is a person who asks for prompt after prompt on a phone that is
// somewhere else.
func (l *life) phoneLeftBehind(at int64) {
	for k := range 4 + l.rng.IntN(3) {
		in := l.fail(at+int64(k)*75*second, crm, result.SecondFactorFailed)
		in.detail = "MFA denied; user did not respond to mobile app notification"
		l.do(in)
	}
}

// connect is somebody who connects an app of their own choice.
func (l *life) connect(at int64) {
	a := sideApp(l.p.n*7 + l.day)
	in := l.fail(at, officeHome, result.DelegationDoesNotExist)
	in.app = &a
	l.do(in)
	in.at, in.code, in.multi = at+20*second, 0, true
	l.do(in)
}

// closedDoor is an app that the person is not assigned to.
func (l *life) closedDoor(at int64) {
	if l.p.groups&payroll != 0 {
		l.do(l.interactive(l.try(at, payrollApp)))
		return
	}
	l.do(l.fail(at, payrollApp, result.EntitlementGrantsNotFound))
}

func (l *life) interactive(in intent) intent {
	in.interactive = true
	return in
}

// privateComputer is somebody's own computer at home, which some apps refuse.
func (l *life) privateComputer(at int64) {
	if l.p.guest || l.abroad() {
		return // who have no other with them
	}
	for k, a := range []int{officeHome, people, payrollApp} {
		in := l.try(at+int64(k)*3*minute, a)
		in.device, in.spot, in.session = &l.p.private, l.p.home, l.session(&l.p.private)|1<<60
		l.signIn(in)
	}
	if l.p.n%7 == 0 { // with Linux, which a policy refuses
		in := l.try(at+12*minute, wiki)
		in.device = &device{platform: linux, system: "Linux", browser: "Firefox 140.0", userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
		in.spot, in.session = l.p.home, l.session(&l.p.private)|1<<61
		l.signIn(in)
	}
}

// aged is a session that grew too old.
func (l *life) aged(at int64) {
	l.do(l.fail(at, wiki, result.SessionOlderThanSignInFrequency))
	l.signIn(l.try(at+20*second, wiki))
}

// silent is a page that tries without a person.
func (l *life) silent(at int64) {
	l.do(l.fail(at, officeHome, result.UserInformationNotProvided))
}

// expired is a password that has to be changed.
func (l *life) expired(at int64) {
	l.do(l.fail(at, officeHome, result.InvalidPasswordExpiredPassword))
	l.signIn(l.try(at+2*minute, officeHome))
}

// homeVPN is a private VPN on the laptop, which seems to be abroad for a while.
func (l *life) homeVPN(at int64) {
	in := l.try(at, teams)
	in.spot = hotelSpot(l.rng, &cities[l.rng.IntN(offices)])
	l.do(in)
	in = l.try(at+20*minute, officeHome)
	in.spot = hotelSpot(l.rng, &cities[l.rng.IntN(offices)])
	l.signIn(in)
}

// lockedOut is a person whom the lock keeps out for a while.
func (l *life) lockedOut(at int64) {
	for k := range 3 {
		l.do(l.fail(at+int64(k)*40*second, officeHome, result.IdsLocked))
	}
}

// risky is a sign-in that the service rates, rightly or not.
func (l *life) risky(at int64) {
	in := l.try(at, officeHome)
	in.risk = []access.RiskLevels{access.RiskLow, access.RiskMedium, access.RiskHigh}[l.rng.IntN(3)]
	in.riskType = "unfamiliarFeatures"
	l.signIn(in)
}

// placeless is a sign-in from an address whose place the log does not know.
func (l *life) placeless(at int64) {
	in := l.try(at, teams)
	in.unknown = true
	l.do(in)
}

// leaked is a password that was found somewhere: it has to be changed.
func (l *life) leaked(at int64) {
	in := l.try(at, officeHome)
	in.userRisk = access.RiskHigh
	l.signIn(in)
}
