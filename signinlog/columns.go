package signinlog

import (
	"bytes"
	"fmt"
	"strings"
)

// columns are what the header of a CSV says.
type columns struct {
	format    Format
	delimiter byte
	names     []string // as they stand
	fields    []field
	audit     int // FormatAuditLog: the place of AuditData
	size      int // bytes of the header
}

func (c *columns) shape() shape {
	if c.format == FormatLogAnalyticsCSV || c.format == FormatLogAnalytics {
		return shapeLogAnalytics
	}
	return shapeGraph
}

// adminNames are the admin centre's columns: in lower case, runs of spaces as
// one (SI traps: "Autonomous system  number", "Application ID ").
var adminNames = vocabulary{
	"date (utc)": fieldTime, "request id": fieldID, "user agent": fieldUserAgent, "correlation id": fieldCorrelationID,
	"user id": fieldUserID, "user": fieldUserDisplayName, "username": fieldUserPrincipalName, "user type": fieldUserType,
	"cross tenant access type": fieldCrossTenantAccessType, "incoming token type": fieldIncomingTokenType,
	"authentication protocol": fieldProtocol, "unique token identifier": fieldUniqueTokenID,
	"original transfer method": fieldTransferMethod, "client credential type": fieldClientCredentialType,
	"token protection - sign in session": fieldTokenProtection, "token protection - sign in session statuscode": fieldTokenProtectionCode,
	"application": fieldAppDisplayName, "application id": fieldAppID, "app owner tenant id": fieldAppOwnerTenantID,
	"resource": fieldResourceDisplayName, "resource id": fieldResourceID, "resource tenant id": fieldResourceTenantID,
	"resource owner tenant id": fieldResourceOwnerTenantID, "home tenant id": fieldHomeTenantID, "home tenant name": fieldHomeTenantName,
	"ip address": fieldIPAddress, "location": fieldLocationText, "status": fieldStatusWord, "sign-in error code": fieldErrorCode,
	"failure reason": fieldFailureReason, "client app": fieldClientApp, "device id": fieldDeviceID, "browser": fieldBrowser,
	"operating system": fieldOperatingSystem, "compliant": fieldCompliant, "managed": fieldManaged, "join type": fieldTrustType,
	"multifactor authentication result":      fieldAdditionalDetails,
	"multifactor authentication auth method": fieldMFAMethod, "multifactor authentication auth detail": fieldMFAMethodDetail,
	"authentication requirement": fieldRequirement, "sign-in identifier": fieldSignInIdentifier, "session id": fieldSessionID,
	"ip address (seen by resource)": fieldIPAddressFromResourceProvider, "through global secure access": fieldThroughGlobalSecureAccess,
	"global secure access ip address": fieldGlobalSecureAccessIPAddress, "autonomous system number": fieldAutonomousSystem,
	"flagged for review": fieldFlagged, "token issuer type": fieldTokenIssuerType, "token issuer name": fieldTokenIssuerName,
	"latency": fieldProcessingTime, "conditional access": fieldConditionalAccessStatus, "managed identity type": fieldManagedIdentityType,
	"associated resource id": fieldAssociatedResourceID, "federated token id": fieldFederatedTokenID,
	"federated token issuer": fieldFederatedTokenIssuer,
	"service principal id":   fieldServicePrincipalID, "service principal name": fieldServicePrincipalName,
	"credential key id": fieldCredentialKeyID, "credential thumbprint": fieldCredentialThumbprint,
}

// readHeader reads the first record of b and returns what the columns mean; nil
// where they are no sign-in log's. Then problem says what is wrong if b may be a
// CSV at all, and likely that it may be a log: the second record is as long, and
// has an id as sign-ins have.
func readHeader(b []byte, whole bool) (c *columns, problem string, likely bool) {
	state := cellBegins
	line := b[:min(len(b), 64<<10)]
	delimiter := delimiterOf(line)
	end, done := endOfRecord(line, 0, delimiter, &state)
	if !done && !whole {
		return nil, "", false
	}
	c = &columns{delimiter: delimiter, size: end, audit: -1}
	cut := cells{b: b[:end], delimiter: delimiter}
	for last := false; !last; {
		var cell []byte
		cell, last = cut.next()
		c.names = append(c.names, string(cell))
	}
	if len(c.names) < 3 {
		return nil, "", false
	}
	if c.decide() {
		return c, "", false
	}
	next := cells{b: line[end:], delimiter: delimiter}
	n := 0
	for last := end == len(line); !last; n++ {
		var cell []byte
		cell, last = next.next()
		likely = likely || isGUID(string(cell))
	}
	return nil, fmt.Sprintf("a CSV whose columns are not known: %s; expected the admin centre's in English, French or Italian, Log Analytics', or AuditData",
		strings.TrimPrefix(c.some(), "the columns ")), likely && n == len(c.names)
}

// some names the first columns.
func (c *columns) some() string {
	if len(c.names) <= 3 {
		return "the columns " + short(strings.Join(c.names, ", "))
	}
	return fmt.Sprintf("the columns %s, …", short(strings.Join(c.names[:3], ", ")))
}

// delimiterOf guesses the delimiter: spreadsheets of some countries write ;.
func delimiterOf(line []byte) byte {
	first, _, _ := bytes.Cut(line, []byte{'\n'})
	best, most := byte(','), bytes.Count(first, []byte{','})
	for _, d := range []byte{';', '\t'} {
		if n := bytes.Count(first, []byte{d}); n > most {
			best, most = d, n
		}
	}
	return best
}

// plainName returns a column's name in lower case, with single spaces and straight
// apostrophes.
func plainName(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(name, "’", "'"))), " ")
}

// decide finds the format and the columns' fields.
func (c *columns) decide() bool {
	admin := make([]field, len(c.names))
	analytics := make([]field, len(c.names))
	var hasAdmin, has [slots]bool
	for i, name := range c.names {
		plain := plainName(name)
		if plain == "auditdata" {
			c.audit = i
		}
		if admin[i] = adminNames[plain]; admin[i] == fieldNone {
			admin[i] = localNames[plain]
		}
		hasAdmin[admin[i]] = true
		analytics[i] = signInNames[analyticsName(plain)]
		has[analytics[i]] = true
	}
	switch {
	case c.audit >= 0:
		c.format = FormatAuditLog
	case c.decideSteps(): // before the sign-ins, whose date and id it may have
	case hasAdmin[fieldTime] && hasAdmin[fieldID] && hasAdmin[fieldServicePrincipalID]:
		c.format, c.fields = FormatServicePrincipalCSV, admin
	case hasAdmin[fieldTime] && hasAdmin[fieldID]:
		c.format, c.fields = FormatAdminCSV, admin
	case (has[fieldTime] || has[fieldLoggedTime] || has[fieldOperationName]) && (has[fieldResultType] || has[fieldStatus] || has[fieldCorrelationID]):
		c.format, c.fields = FormatLogAnalyticsCSV, analytics
	default:
		return false
	}
	return true
}

// analyticsName takes off what the portal's downloads add to a column's name:
// the zone of a date, and the type of a column that has two (SI traps).
func analyticsName(name string) string {
	if i := strings.IndexByte(name, '['); i > 0 {
		name = strings.TrimSpace(name[:i])
	}
	for _, suffix := range []string{"_dynamic", "_string", "_s", "_d", "_b", "_g", "_t"} {
		if base, ok := strings.CutSuffix(name, suffix); ok && signInNames[base] != fieldNone {
			return base
		}
	}
	return name
}
