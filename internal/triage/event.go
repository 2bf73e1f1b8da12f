package triage

import (
	"encoding/binary"
	"encoding/hex"
	"hash/maphash"
	"net/netip"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/signinlog"
)

// event is what detections look at in a record. Names are numbers of names: see
// names. The zero value of a field means that the record does not tell.
type event struct {
	at   int64 // milliseconds since 1970
	id   recordID
	addr [16]byte // as IPv6; see hasAddr

	who, app, resource, agent, city, refusals, tenant uint32

	asn       uint32
	session   uint64
	device    uint64
	lat, lon  float32
	code      int32
	traits    trait
	country   uint16
	prompts   uint8
	hasAddr   bool
	hasCode   bool
	matched   uint16 // Sigma rule that the event is for, from 1; 0: the record itself
	group     uint64
	value     uint64
	groupText uint32
}

// recordID is a record's id; nearly all are GUIDs, which fit 16 bytes.
type recordID struct {
	guid [16]byte
	text string // for any other id
}

func newRecordID(id string) recordID {
	var r recordID
	if parseGUID(id, &r.guid) {
		return r
	}
	return recordID{text: id}
}

// parseGUID reads a GUID in lower case with dashes.
func parseGUID(s string, out *[16]byte) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	wrong := byte(0)
	for i, at := range [...]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34} {
		high, low := nibbles[s[at]], nibbles[s[at+1]]
		out[i] = high<<4 | low&0xf
		wrong |= high | low
	}
	return wrong < 0x10
}

// nibbles are the values of hexadecimal digits in lower case; 0xff: none.
var nibbles = func() (all [256]byte) {
	for i := range all {
		all[i] = 0xff
	}
	for i, c := range []byte("0123456789abcdef") {
		all[c] = byte(i)
	}
	return all
}()

// String returns the id as the log spells it.
func (r recordID) String() string {
	if r.guid == [16]byte{} {
		return r.text
	}
	var b [36]byte
	hex.Encode(b[0:8], r.guid[0:4])
	hex.Encode(b[9:13], r.guid[4:6])
	hex.Encode(b[14:18], r.guid[6:8])
	hex.Encode(b[19:23], r.guid[8:10])
	hex.Encode(b[24:36], r.guid[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

func (e *event) time() time.Time { return time.UnixMilli(e.at).UTC() }

// address returns where the event came from.
func (e *event) address() netip.Addr {
	if !e.hasAddr {
		return netip.Addr{}
	}
	return netip.AddrFrom16(e.addr).Unmap()
}

// network is a neighbourhood of addresses that are likely under one control: a
// /24 of IPv4, a /64 of IPv6. 0: unknown.
type network uint64

func (e *event) network() network {
	if !e.hasAddr {
		return 0
	}
	if e.isIPv4() {
		return network(1<<63 | uint64(e.addr[12])<<16 | uint64(e.addr[13])<<8 | uint64(e.addr[14]))
	}
	return network(binary.BigEndian.Uint64(e.addr[:]) &^ (1 << 63)) // no global address begins with a 1
}

func (e *event) isIPv4() bool {
	return binary.BigEndian.Uint64(e.addr[:]) == 0 && binary.BigEndian.Uint32(e.addr[8:]) == 0xffff
}

// newEvent reads a record.
func (t *Triage) newEvent(r *signinlog.Record) event {
	e := event{at: r.Time.UnixMilli(), id: newRecordID(r.ID), asn: r.AutonomousSystemNumber}
	if r.ID == "" {
		e.id.text = placeOf(r)
	}
	if code, ok := r.Status.ErrorCode.Get(); ok {
		e.code, e.hasCode = int32(code), true
		e.traits = t.counts.code(code).traits
	}
	e.who = t.names.who(r)
	e.app = t.names.app(r.AppID, r.AppDisplayName)
	e.resource = t.names.app(r.ResourceID, r.ResourceDisplayName)
	e.agent = t.names.agent(r)
	e.city = t.names.text(r.Location.City)
	e.session = t.hash(r.SessionID)
	e.device = t.hash(r.Device.ID)
	if tenant := r.ResourceTenantID; tenant != "" {
		e.tenant = t.names.text(tenant)
	}
	t.place(r, &e)
	t.circumstances(r, &e)
	return e
}

// placeOf names a record without an id by where it was read.
func placeOf(r *signinlog.Record) string {
	var b strings.Builder
	b.WriteString(r.Source.File)
	b.WriteByte(':')
	b.WriteString(itoa(r.Source.Row))
	return b.String()
}

func (t *Triage) hash(s string) uint64 {
	if s == "" {
		return 0
	}
	return maphash.String(t.seed, s) | 1
}

func (t *Triage) address(text string) netip.Addr {
	if text == "" {
		return netip.Addr{}
	}
	recent := t.addresses.slot(text)
	if !recent.holds(text) {
		addr, _ := netip.ParseAddr(text) // no address if it is none
		*recent = recalled[netip.Addr]{text, addr.WithZone("")}
	}
	return recent.value
}

func (t *Triage) place(r *signinlog.Record, e *event) {
	if addr := t.address(r.IPAddress); addr.IsValid() {
		e.addr, e.hasAddr = addr.As16(), true
	}
	if c := r.Location.CountryOrRegion; len(c) == 2 {
		e.country = uint16(c[0])<<8 | uint16(c[1])
	}
	lat, ok := r.Location.Coordinates.Latitude.Get()
	lon, ok2 := r.Location.Coordinates.Longitude.Get()
	if ok && ok2 {
		e.lat, e.lon = float32(lat), float32(lon)
		e.traits |= placed
	}
}

// circumstances adds the traits that do not follow from the code.
func (t *Triage) circumstances(r *signinlog.Record, e *event) {
	kind := r.Kind()
	if kind == signinlog.InteractiveUser || kind == signinlog.KindUnknown {
		e.traits |= interactive
	}
	if r.UserID != "" && r.UserID != emptyGUID || r.UserPrincipalName != "" || r.SignInIdentifier != "" {
		e.traits |= person
	}
	if r.UserType == "guest" || external(r) {
		e.traits |= guest
	}
	d := &r.Device
	if d.ID != "" && (signinlog.Is(d.IsCompliant, true) || signinlog.Is(d.IsManaged, true) || strings.Contains(d.TrustType, "oined")) {
		e.traits |= managed
	}
	t.flow(r, e)
	t.proofs(r, e)
	if r.RiskLevelDuringSignIn == "medium" || r.RiskLevelDuringSignIn == "high" {
		e.traits |= riskSeen
	}
	for _, risk := range r.RiskEventTypes {
		switch risk {
		case "anomalousToken", "attackerinTheMiddle", "attemptedPrtAccess", "tokenIssuerAnomaly", "suspiciousBrowser":
			e.traits |= tokenAlarm
		}
	}
	if e.traits.has(locked) && strings.Contains(r.Status.FailureReason, "malicious") {
		e.traits = e.traits&^locked | badAddress
	}
	if r.ConditionalAccessStatus == "failure" || e.traits.has(accessRefused) {
		e.refusals = t.names.refusals(r.AppliedPolicies)
	}
}

const emptyGUID = "00000000-0000-0000-0000-000000000000"

// external tells whether the account is of another tenant.
func external(r *signinlog.Record) bool {
	return r.HomeTenantID != r.ResourceTenantID && r.HomeTenantID != "" && r.ResourceTenantID != "" && !strings.EqualFold(r.HomeTenantID, r.ResourceTenantID)
}

func (t *Triage) flow(r *signinlog.Record, e *event) {
	if r.AuthenticationProtocol == "deviceCode" {
		e.traits |= deviceCode | deviceCodeNow
	}
	if r.OriginalTransferMethod == "deviceCodeFlow" {
		e.traits |= deviceCode
	}
	if r.AuthenticationProtocol == "ropc" {
		e.traits |= passwordGrant
	}
	e.traits |= t.names.agents[e.agent].traits
}

// proofs reads what was proved, step by step.
func (t *Triage) proofs(r *signinlog.Record, e *event) {
	if e.traits.has(mfaFailed) {
		e.prompts = 1
		e.traits |= refusedPrompt(r.Status.AdditionalDetails)
	}
	failed := 0
	for i := range r.AuthenticationDetails {
		step := &r.AuthenticationDetails[i]
		done := signinlog.Is(step.Succeeded, true)
		pass := step.Method == "Temporary Access Pass"
		switch {
		case pass && done:
			e.traits |= passUsed
		case pass:
			e.traits |= passRefused
		case done && isSecondFactor(step):
			e.traits |= mfaFresh
		case !done && signinlog.Is(step.Succeeded, false) && e.traits.has(mfaFailed) && isSecondFactor(step):
			failed++
			e.traits |= refusedPrompt(step.ResultDetail)
		}
	}
	if failed > 1 {
		e.prompts = uint8(min(failed, 255))
	}
	if !e.traits.has(succeeded) {
		e.traits &^= mfaFresh
	}
}

// isSecondFactor tells whether a step proved a second factor now: one that the
// token brought along proves nothing about who holds the token.
func isSecondFactor(step *signinlog.AuthenticationStep) bool {
	switch step.Method {
	case "", "Password", "Previously satisfied", "Temporary Access Pass", "Federated":
		return false
	}
	return !strings.Contains(step.ResultDetail, "claim in the token")
}

// refusedPrompt reads the words that the service writes for a second factor
// that was not given.
func refusedPrompt(detail string) trait {
	switch {
	case detail == "":
		return 0
	case containsFold(detail, "fraud"):
		return mfaDeclined | mfaFraud
	case containsFold(detail, "declined"), containsFold(detail, "selected no"):
		return mfaDeclined
	case containsFold(detail, "wrong code"), containsFold(detail, "incorrect"), containsFold(detail, "invalid code"), containsFold(detail, "wrong verification"):
		return mfaWrongCode
	}
	return 0
}
