package filter_test

import (
	"strings"

	"github.com/sallyport-id/sallyport/access/filter"
	"pgregory.net/rapid"
)

// This is a second evaluator of rules, slow and plain, that shares nothing with
// the package: expressions are generated, not parsed, and each rule of CA-84 to
// CA-89 is one statement.

// expr is a rule as a tree.
type expr struct {
	kind     string // "and", "or", "not", "compare"
	parts    []expr
	property string
	op       string // without hyphen
	operands []string
	null     bool
}

// refValue is a value of the reference: unknown, null, or strings.
type refValue struct {
	unknown bool
	null    bool
	many    bool
	strings []string
}

func (v refValue) value() filter.Value {
	switch {
	case v.unknown:
		return filter.Value{}
	case v.null:
		return filter.Null()
	case v.many:
		return filter.List(v.strings...)
	}
	return filter.Text(v.strings[0])
}

// refRecord maps canonical property names to values.
type refRecord map[string]refValue

func (r refRecord) Value(p filter.Property) filter.Value { return r[p.String()].value() }

// eval returns "true", "false" or "unknown".
func (e expr) eval(r refRecord) string {
	switch e.kind {
	case "compare":
		return e.compare(r[e.property])
	case "not":
		return map[string]string{"true": "false", "false": "true", "unknown": "unknown"}[e.parts[0].eval(r)]
	}
	seen := map[string]bool{}
	for _, p := range e.parts {
		seen[p.eval(r)] = true
	}
	decisive, other := "false", "true"
	if e.kind == "or" {
		decisive, other = "true", "false"
	}
	switch {
	case seen[decisive]:
		return decisive
	case seen["unknown"]:
		return "unknown"
	}
	return other
}

func (e expr) compare(v refValue) string {
	if v.unknown {
		return "unknown"
	}
	positive := strings.ToLower(strings.TrimPrefix(e.op, "not"))
	if e.op == "ne" {
		positive = "eq"
	}
	holds := e.holds(positive, v)
	if positive != strings.ToLower(e.op) { // a negative operator
		holds = !holds
	}
	if holds {
		return "true"
	}
	return "false"
}

func (e expr) holds(positive string, v refValue) bool {
	if e.null {
		return v.null // CA-88
	}
	if v.null {
		return false // CA-85
	}
	wholeOnly := v.many || e.property == "device.physicalIds" || e.property == "device.systemLabels"
	for _, s := range v.strings {
		for _, operand := range e.operands {
			if holdsReference(positive, s, operand, wholeOnly) {
				return true
			}
		}
	}
	return false
}

func holdsReference(positive, s, operand string, wholeOnly bool) bool {
	characters := []rune(s)
	part := func(from, to int) bool { return strings.EqualFold(string(characters[from:to]), operand) }
	end := len(characters)
	for from := 0; from <= end; from++ {
		for to := from; to <= end; to++ {
			var fits bool
			switch {
			case positive == "startswith":
				fits = from == 0
			case positive == "endswith":
				fits = to == end
			case positive == "contains" && !wholeOnly: // CA-87
				fits = true
			default:
				fits = from == 0 && to == end
			}
			if fits && part(from, to) {
				return true
			}
		}
	}
	return false
}

// texts are few, so that random comparisons hold now and then; they hold
// letters whose case is special: K has three forms, S and Σ too, İ none.
var texts = []string{"", "a", "A", "ab", "aB", "bab", "K", "k", "\u212a", "ſs", "SS", "Σας", "σΑσ", "İ", "i", `"`, "`", `\`, `a\`, `\"`, "it's", "日本", "[ZTDId]", "[ztdid]:abc"}

var textOps = []string{"eq", "ne", "startsWith", "notStartsWith", "endsWith", "notEndsWith", "contains", "notContains", "in", "notIn"}

// column is a property with what may be compared with it.
type column struct {
	name   string
	ops    []string
	values []string
}

var deviceColumns = []column{
	{"device.displayName", textOps, texts},
	{"device.extensionAttribute15", textOps, texts},
	{"device.deviceId", []string{"eq", "ne", "in", "notIn"}, []string{"7b0d5c1e-35b4-4c37-9b2e-9c01b0f5f1aa", "7B0D5C1E-35B4-4C37-9B2E-9C01B0F5F1AA", "other"}},
	{"device.isCompliant", []string{"eq", "ne"}, []string{"True", "False"}},
	{"device.trustType", []string{"eq", "ne"}, []string{"AzureAD", "ServerAD", "Workplace"}},
	{"device.systemLabels", []string{"contains", "notContains", "eq", "ne"}, texts},
}

var appColumns = []column{
	{"CustomSecurityAttribute.Finance_tier", textOps, texts},
	{"CustomSecurityAttribute.Été_名前", textOps, texts},
}

func genExpr(t *rapid.T, columns []column, depth int) expr {
	kinds := []string{"compare", "compare", "not", "and", "or"}
	if depth == 0 {
		kinds = kinds[:1]
	}
	e := expr{kind: rapid.SampledFrom(kinds).Draw(t, "kind")}
	switch e.kind {
	case "compare":
		genComparison(t, columns, &e)
	case "not":
		e.parts = []expr{genExpr(t, columns, depth-1)}
	default:
		for range rapid.IntRange(2, 3).Draw(t, "parts") {
			e.parts = append(e.parts, genExpr(t, columns, depth-1))
		}
	}
	return e
}

func genComparison(t *rapid.T, columns []column, e *expr) {
	c := rapid.SampledFrom(columns).Draw(t, "property")
	e.property = c.name
	e.op = rapid.SampledFrom(c.ops).Draw(t, "op")
	most := 1
	if e.op == "in" || e.op == "notIn" {
		most = 3
	}
	if (e.op == "eq" || e.op == "ne") && rapid.IntRange(0, 4).Draw(t, "null") == 0 {
		e.null = true
		return
	}
	e.operands = rapid.SliceOfN(rapid.SampledFrom(c.values), 1, most).Draw(t, "operands")
}

func genRecord(t *rapid.T, columns []column, unknowns bool) refRecord {
	r := refRecord{}
	for _, c := range columns {
		r[c.name] = genValue(t, c, unknowns)
	}
	return r
}

func genValue(t *rapid.T, c column, unknowns bool) refValue {
	forms := []string{"null", "text", "text", "list", "unknown"}
	if !unknowns {
		forms = forms[:4]
	}
	switch rapid.SampledFrom(forms).Draw(t, "form") {
	case "unknown":
		return refValue{unknown: true}
	case "null":
		return refValue{null: true}
	case "list":
		return refValue{many: true, strings: rapid.SliceOfN(rapid.SampledFrom(c.values), 1, 3).Draw(t, "list")}
	}
	return refValue{strings: []string{rapid.SampledFrom(c.values).Draw(t, "text")}}
}

// write writes the rule in one of the many ways the language allows (CA-84).
func (e expr) write(t *rapid.T) string {
	var text string
	switch e.kind {
	case "compare":
		text = writeName(t, e.property) + " " + writeKeyword(t, e.op) + " " + e.writeOperands(t)
	case "not":
		part := e.parts[0].write(t)
		if k := e.parts[0].kind; k == "and" || k == "or" {
			part = "(" + part + ")"
		}
		text = writeKeyword(t, "not") + " " + part
	default:
		var parts []string
		for _, p := range e.parts {
			part := p.write(t)
			if e.kind == "and" && p.kind == "or" {
				part = "( " + part + ")"
			}
			parts = append(parts, part)
		}
		text = parts[0]
		for _, p := range parts[1:] {
			text += "\n" + writeKeyword(t, e.kind) + "\t" + p
		}
	}
	if rapid.IntRange(0, 5).Draw(t, "parentheses") == 0 {
		text = "(" + text + " )"
	}
	if e.kind == "and" || e.kind == "or" {
		return "(" + text + ")"
	}
	return text
}

func writeName(t *rapid.T, name string) string {
	if rapid.Bool().Draw(t, "bare") {
		name = strings.TrimPrefix(name, "device.")
	}
	return writeCase(t, name)
}

func writeKeyword(t *rapid.T, word string) string {
	if rapid.Bool().Draw(t, "hyphen") {
		word = "-" + word
	}
	return writeCase(t, word)
}

func writeCase(t *rapid.T, word string) string {
	switch rapid.IntRange(0, 4).Draw(t, "case") {
	case 0:
		return strings.ToLower(word)
	case 1:
		return strings.ToUpper(word)
	}
	return word
}

func (e expr) writeOperands(t *rapid.T) string {
	if e.null {
		return rapid.SampledFrom([]string{"null", "Null", "$null"}).Draw(t, "null word")
	}
	var written []string
	for _, o := range e.operands {
		written = append(written, e.writeOperand(t, o))
	}
	if e.op == "in" || e.op == "notIn" {
		return "[" + strings.Join(written, " ,") + "]"
	}
	return written[0]
}

func (e expr) writeOperand(t *rapid.T, operand string) string {
	enumerated := e.property == "device.isCompliant" || e.property == "device.trustType"
	if enumerated && rapid.Bool().Draw(t, "unquoted") {
		return writeCase(t, operand)
	}
	if rapid.Bool().Draw(t, "single quotes") && !strings.ContainsAny(operand, "\\`") {
		return "'" + strings.ReplaceAll(operand, "'", "''") + "'"
	}
	return `"` + strings.NewReplacer("`", "``", `"`, "`\"", `\`, "`\\").Replace(operand) + `"`
}
