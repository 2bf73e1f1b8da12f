package signinlog

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// shape is what a JSON row is written as.
type shape uint8

const (
	shapeUnknown shape = iota
	shapeGraph
	shapeEnvelope
	shapeLogAnalytics
	shapeAudit
	shapeElastic
)

var shapeFormats = [...]Format{FormatUnknown, FormatGraph, FormatEnvelope, FormatLogAnalytics, FormatAuditLog, FormatECS}

// verdict is what became of a row.
type verdict struct {
	kind   verdictKind
	format Format
	text   string // what the row is instead, or what is wrong with it
	inner  []byte // the rows inside: an object, or an array of objects
	// columns are what the rows inside stand under, of a table.
	columns *columns
}

type verdictKind uint8

const (
	rowIsSignIn verdictKind = iota
	rowIsOther
	rowIsBad
	rowHoldsRows
	rowIsOfAnotherShape // not what it was taken for
	rowIsStep           // of the sign-in with its id
	rowIsTable          // columns, and rows inside
)

// parse reads a row of JSON into r, which is empty.
func (p *parser) parse(r *Record, row []byte) verdict {
	// Rows of a file are nearly always of one shape, so that of the row
	// before is tried first; it says itself when it does not fit.
	if p.last != shapeUnknown {
		if v := p.as(p.last, r, row); v.kind != rowIsOfAnotherShape {
			return v
		}
		r.reset()
	}
	is, v := p.classify(row)
	if is == shapeUnknown {
		return v
	}
	p.last = is
	if v = p.as(is, r, row); v.kind == rowIsOfAnotherShape {
		return verdict{kind: rowIsOther, text: "unrecognised"}
	}
	return v
}

// as reads a row that is taken to be of the shape.
func (p *parser) as(is shape, r *Record, row []byte) verdict {
	p.start(row)
	p.i = space(row, 0)
	p.begin(is)
	other := ""
	switch is {
	case shapeEnvelope:
		other = p.envelope(r)
	case shapeAudit:
		other = p.audit(r)
	case shapeElastic:
		return p.elastic(r)
	default:
		p.signIn(r)
		other = p.notSignIn()
	}
	return p.judge(r, is, other)
}

// unfit is the answer of a reader whose row is of another shape.
const unfit = "\x00"

// notSignIn tells what a row of Graph or Log Analytics is if no sign-in.
func (p *parser) notSignIn() string {
	row := &p.row
	if p.failed != "" {
		return ""
	}
	if row.shape == shapeGraph {
		if row.foreign || !row.evidence || row.table != "" {
			return unfit
		}
		return ""
	}
	switch {
	case row.table != "" && !isSignInCategory(row.table):
		return row.table
	case row.table == "" && row.category != "" && !isSignInCategory(row.category):
		return row.category
	case row.foreign || !row.evidence:
		return unfit
	}
	return ""
}

// isSignInCategory reports whether a category or table holds sign-ins; all that
// do end in the same word (SI-632).
func isSignInCategory(name string) bool {
	return hasSuffixFold(name, "SignInLogs")
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}

// judge completes a record that was read.
func (p *parser) judge(r *Record, is shape, other string) verdict {
	format := shapeFormats[is]
	switch {
	case p.failed != "":
		return verdict{kind: rowIsBad, format: format, text: p.failed}
	case other == unfit:
		return verdict{kind: rowIsOfAnotherShape}
	case other != "":
		return verdict{kind: rowIsOther, format: format, text: other}
	}
	if p.i = space(p.b, p.i); p.i < len(p.b) {
		p.fail("nothing after the row")
		return verdict{kind: rowIsBad, format: format, text: p.failed}
	}
	return p.complete(r, format)
}

// complete fills what the row tells elsewhere than in the member for it, and
// demands a time, without which a sign-in is nothing.
func (p *parser) complete(r *Record, format Format) verdict {
	row := &p.row
	if row.badTime != "" {
		return verdict{kind: rowIsBad, format: format, text: row.badDate()}
	}
	if r.Time.IsZero() {
		r.Time = r.LoggedTime
	}
	if r.Time.IsZero() {
		return verdict{kind: rowIsBad, format: format, text: "found no createdDateTime or other time, expected one"}
	}
	if !r.Status.ErrorCode.Known {
		r.Status.ErrorCode = row.code
	}
	if !r.Status.ErrorCode.Known && row.word != "" && isSuccess(row.word) {
		r.Status.ErrorCode = Told(codeSuccess)
	}
	// Rows of success say "Other." or nothing for a reason (SI-611).
	if r.Status.FailureReason == "" && !Is(r.Status.ErrorCode, codeSuccess) {
		r.Status.FailureReason = row.reason
	}
	if r.IPAddress == "" {
		r.IPAddress = row.address
	}
	if r.UserDisplayName == "" && r.ServicePrincipalID == "" {
		r.UserDisplayName = row.identity
	}
	if r.Location.CountryOrRegion == "" {
		r.Location.CountryOrRegion = row.country
	}
	if len(r.SignInEventTypes) == 0 {
		r.SignInEventTypes = eventTypesOf(row.category, row.table)
	}
	return verdict{kind: rowIsSignIn, format: format}
}

func isSuccess(word string) bool {
	return slices.ContainsFunc(successWords[:], func(w string) bool { return strings.EqualFold(w, word) })
}

func (row *rowState) badDate() string {
	return "found " + row.badTime + " as a date, expected one such as 2024-07-23T15:19:52Z"
}

const codeSuccess access.ResultCode = 0

var (
	nonInteractive  = []string{"nonInteractiveUser"}
	workload        = []string{"servicePrincipal"}
	managedIdentity = []string{"managedIdentity"}
)

// eventTypesOf tells the kind of sign-in by the category or table. SignInLogs
// hold interactive sign-ins, but their isInteractive often says false, so the
// category is no proof and nothing is concluded from it.
func eventTypesOf(category, table string) []string {
	for _, name := range [...]string{category, table} {
		switch {
		case !isSignInCategory(name):
		case containsFold(name, "NonInteractive"):
			return nonInteractive
		case containsFold(name, "ManagedIdentity"):
			return managedIdentity
		case containsFold(name, "ServicePrincipal"):
			return workload
		}
	}
	return nil
}

func containsFold(s, word string) bool {
	first := lower(word[0])
	for i := 0; i+len(word) <= len(s); i++ {
		if lower(s[i]) == first && strings.EqualFold(s[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// markNames are the members by which rows are told apart.
var markNames = vocabulary{
	"createddatetime": fieldTime, "timegenerated": fieldLoggedTime, "resulttype": fieldResultType, "type": fieldTable,
	"correlationid": fieldCorrelationID, "status": fieldStatus, "appliedconditionalaccesspolicies": fieldPolicies,
	"ipaddress": fieldIPAddress, "clientappused": fieldClientApp, "conditionalaccessstatus": fieldConditionalAccessStatus,
	"isinteractive": fieldInteractive, "appid": fieldAppID, "properties": fieldProperties, "category": fieldCategory,
	"operationname": fieldOperationName, "operation": fieldOperation, "workload": fieldWorkload, "recordtype": fieldRecordType,
	"creationtime": fieldTime, "auditdata": fieldAuditData, "@timestamp": fieldElasticTime, "event": fieldElasticEvent,
	"conditions": fieldForeign, "activitydatetime": fieldForeign, "targetresources": fieldForeign, "riskeventtype": fieldForeign,
	"log": fieldWrapped, "_source": fieldWrapped, "_raw": fieldWrapped, "result": fieldWrapped, "body": fieldWrapped,
	"value": fieldContainer, "records": fieldContainer, "events": fieldContainer, "results": fieldContainer,
	"tests": fieldContainer, "data": fieldContainer, "items": fieldContainer, "hits": fieldContainer, "tables": fieldContainer,
	"responses": fieldContainer, "columns": fieldColumns, "rows": fieldRows,
	"@odata.type": fieldODataType,
}

// classify looks at a row's members without reading them.
func (p *parser) classify(row []byte) (shape, verdict) {
	p.start(row)
	p.i = space(row, 0)
	switch {
	case p.peek() == '[':
		return shapeUnknown, verdict{kind: rowHoldsRows, inner: row}
	case p.peek() != '{':
		p.fail("'{' that begins a row")
		return shapeUnknown, verdict{kind: rowIsBad, text: p.failed}
	}
	p.i++
	var has [slots]bool
	var wrapped, container, columns, rows []byte
	odata := ""
	var c cursor
	for f, ok := p.marks.next(&p.tokens, &c); ok; f, ok = p.marks.next(&p.tokens, &c) {
		has[f] = true
		begin, kind := p.i, p.peek()
		switch {
		case f == fieldODataType && kind == '"':
			odata = string(p.text())
			continue
		case f == fieldAuditData && (kind == '"' || kind == '{'):
			wrapped = p.inside()
			continue
		case f == fieldWrapped && wrapped == nil && (kind == '"' && p.i+1 < len(row) && row[p.i+1] == '{' || kind == '{'):
			wrapped = p.inside()
			continue
		}
		p.skip()
		switch {
		case kind != '[' || p.failed != "":
		case f == fieldContainer && container == nil:
			container = row[begin:p.i]
		case f == fieldColumns:
			columns = row[begin:p.i]
		case f == fieldRows:
			rows = row[begin:p.i]
		}
	}
	if p.failed != "" {
		return shapeUnknown, verdict{kind: rowIsBad, text: p.failed}
	}
	if is := shapeBy(&has, odata); is != shapeUnknown {
		return is, verdict{}
	}
	switch {
	case columns != nil && rows != nil:
		if c := readColumns(columns); c != nil {
			return shapeUnknown, verdict{kind: rowIsTable, inner: rows, columns: c}
		}
	case wrapped != nil:
		return shapeUnknown, verdict{kind: rowHoldsRows, inner: wrapped}
	case container != nil:
		return shapeUnknown, verdict{kind: rowHoldsRows, inner: container}
	}
	return shapeUnknown, verdict{kind: rowIsOther, text: whatElse(&has, odata)}
}

// inside returns the object at hand, be it in a text.
func (p *parser) inside() []byte {
	if p.peek() == '"' {
		return append([]byte(nil), p.text()...)
	}
	begin := p.i
	p.skip()
	return p.b[begin:p.i]
}

func shapeBy(has *[slots]bool, odata string) shape {
	signIn := has[fieldStatus] || has[fieldPolicies] || has[fieldIPAddress] || has[fieldClientApp] || has[fieldConditionalAccessStatus] ||
		has[fieldInteractive] || has[fieldAppID] || has[fieldCorrelationID]
	switch {
	case odata != "" && !hasSuffixFold(odata, ".signIn"):
		return shapeUnknown
	case has[fieldProperties] && has[fieldCategory]:
		return shapeEnvelope
	case has[fieldOperation] && (has[fieldWorkload] || has[fieldRecordType]):
		return shapeAudit
	case has[fieldAuditData]:
		return shapeUnknown
	case has[fieldElasticTime] && has[fieldElasticEvent]:
		return shapeElastic
	case has[fieldLoggedTime] || has[fieldResultType] && (has[fieldCorrelationID] || has[fieldTime]):
		return shapeLogAnalytics
	case has[fieldForeign]:
		return shapeUnknown
	case signIn && has[fieldTime]:
		return shapeGraph
	case has[fieldStatus] && has[fieldAppID] && (has[fieldIPAddress] || has[fieldCorrelationID]):
		return shapeGraph // without a time, which will be said
	}
	return shapeUnknown
}

// whatElse names a row that is no sign-in.
func whatElse(has *[slots]bool, odata string) string {
	if i := strings.LastIndexByte(odata, '.'); i >= 0 {
		return odata[i+1:]
	}
	return "unrecognised"
}

// short returns s as it may stand in a message or as the name of a count.
func short(s string) string {
	if len(s) > 64 {
		s = strings.ToValidUTF8(s[:64], "") + "…"
	}
	if strconv.Quote(s) != `"`+s+`"` {
		return strconv.Quote(s)
	}
	return s
}
