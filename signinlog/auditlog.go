package signinlog

import (
	"net/netip"
	"strings"
	"sync"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/result"
)

// audit reads a record of the Unified Audit Log (SI-612). It returns the
// workload of one that is no sign-in.
func (p *parser) audit(r *Record) (other string) {
	if p.peek() != '{' {
		p.fail("'{'")
		return ""
	}
	p.i++
	var c cursor
	var operation, workload, recordType, user, key, object, actor, target, address string
	for f, ok := p.audits.next(&p.tokens, &c); ok; f, ok = p.audits.next(&p.tokens, &c) {
		switch f {
		case fieldOperation:
			operation = p.str(f)
		case fieldWorkload:
			workload = p.str(f)
		case fieldRecordType:
			recordType = p.str(f)
		case fieldUserPrincipalName:
			user = p.str(f)
		case fieldUserKey:
			key = p.str(f)
		case fieldObjectID:
			object = p.str(f)
		case fieldActorContextID:
			actor = p.str(f)
		case fieldTargetContextID:
			target = p.str(f)
		case fieldCallerIPAddress:
			address = p.str(f)
		case fieldErrorNumber:
			p.row.code = p.code()
		case fieldExtendedProperties:
			p.extended(r)
		case fieldDeviceProperties:
			p.auditDevice(r)
		default:
			p.member(r, f)
		}
	}
	switch {
	case p.failed != "":
		return ""
	case operation == "" || workload == "" && recordType == "":
		return unfit
	case !isLogon(operation, recordType, workload):
		p.row.badTime = ""
		if workload == "" {
			workload = "record type " + recordType
		}
		return "audit: " + workload
	}
	r.UserPrincipalName = user
	if isGUID(key) {
		r.UserID = key
	}
	if object != "Unknown" && object != "Not Available" {
		r.ResourceID = object
	}
	r.HomeTenantID, r.ResourceTenantID = actor, target
	if r.IPAddress == "" {
		r.IPAddress = address
	}
	r.IPAddress = p.of([]byte(bareAddress(r.IPAddress)))
	p.auditCode(r, operation)
	return ""
}

// isLogon reports whether a record tells of a sign-in. Record type 15 is
// AzureActiveDirectoryStsLogon.
func isLogon(operation, recordType, workload string) bool {
	if operation != "UserLoggedIn" && operation != "UserLoginFailed" {
		return false
	}
	return recordType == "15" || recordType == "AzureActiveDirectoryStsLogon" || strings.EqualFold(workload, "AzureActiveDirectory")
}

// logonErrors are the codes of the names that LogonError has, for records that
// hold the name alone: the catalogue's, which are the same where public, and
// those that the log spells otherwise.
var logonErrors = sync.OnceValue(func() map[string]access.ResultCode {
	codes := map[string]access.ResultCode{}
	for _, e := range result.All() {
		if !e.NameIsOurs {
			codes[e.Name] = access.ResultCode(e.Code)
		}
	}
	codes["InvalidReplyTo"] = 50011
	codes["UserDisabled"] = 50057
	codes["UserNotBoundError"] = 1000000
	return codes
})

// auditCode decides the result by the number, else by the name, else by the
// operation; ResultStatus says Success on failures too and is not looked at.
func (p *parser) auditCode(r *Record, operation string) {
	r.Status.FailureReason = r.LogonError
	if p.row.code.Known {
		return
	}
	if code, ok := logonErrors()[r.LogonError]; ok {
		p.row.code = Told(code)
	} else if r.LogonError == "" && operation == "UserLoggedIn" {
		p.row.code = Told(codeSuccess)
	}
}

// extended reads the list of names and values that hides the user agent.
func (p *parser) extended(r *Record) {
	p.namedValues(func(name string) {
		switch name {
		case "UserAgent":
			r.UserAgent = p.str(fieldUserAgent)
		case "RequestType":
			r.RequestType = p.str(fieldRequestType)
		case "ResultStatusDetail":
			r.Status.AdditionalDetails = p.str(fieldAdditionalDetails)
		default:
			p.skip()
		}
	})
}

func (p *parser) auditDevice(r *Record) {
	p.namedValues(func(name string) {
		switch name {
		case "Id":
			r.Device.ID = p.str(fieldDeviceID)
		case "DisplayName":
			r.Device.DisplayName = p.str(fieldDeviceName)
		case "OS":
			r.Device.OperatingSystem = p.str(fieldOperatingSystem)
		case "BrowserType":
			r.Device.Browser = p.str(fieldBrowser)
		case "SessionId":
			r.SessionID = p.fresh(fieldSessionID)
		case "TrustType":
			r.Device.TrustType = auditTrust(p.str(fieldTrustType))
		case "IsCompliant":
			r.Device.IsCompliant = p.boolean()
		case "IsCompliantAndManaged":
			// False tells only that it is not both.
			if both := p.boolean(); Is(both, true) {
				r.Device.IsCompliant, r.Device.IsManaged = both, both
			}
		default:
			p.skip()
		}
	})
}

// auditTrust gives the audit log's numbers the words of other logs.
func auditTrust(number string) string {
	switch number {
	case "0":
		return "Azure AD registered"
	case "1":
		return "Azure AD joined"
	case "2":
		return "Hybrid Azure AD joined"
	}
	return number
}

// namedValues reads a list of {"Name":…,"Value":…}, in that order, and calls
// read with the value at hand.
func (p *parser) namedValues(read func(name string)) {
	saved, ok := p.enter('[')
	if !ok {
		return
	}
	for first := true; p.element(&first); {
		inner, ok := p.enter('{')
		if !ok {
			continue
		}
		name := ""
		var c cursor
		for f, ok := p.pairs.next(&p.tokens, &c); ok; f, ok = p.pairs.next(&p.tokens, &c) {
			switch {
			case f == fieldKey:
				name = p.str(f)
			case f == fieldValue:
				read(name)
			default:
				p.skip()
			}
		}
		p.leave(inner)
	}
	p.leave(saved)
}

func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i] | 0x20
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
				return false
			}
		}
	}
	return true
}

// bareAddress takes the port off an address: the audit log writes
// [2001:db8::1]:443 and 192.0.2.1:443 as well as bare ones.
func bareAddress(s string) string {
	if _, err := netip.ParseAddr(s); err == nil {
		return s
	}
	if at, err := netip.ParseAddrPort(s); err == nil {
		return at.Addr().Unmap().String()
	}
	return s
}
