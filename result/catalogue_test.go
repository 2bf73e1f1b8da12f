package result_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sallyport-id/sallyport/result"
)

// textFile is a file of data/text as it stands on disk, with the optional parts that Text leaves out.
type textFile struct {
	Language string                       `json:"language"`
	Words    map[string]map[string]string `json:"words"`
	Codes    map[string]result.Text       `json:"codes"`
}

func readText(t *testing.T, l result.Language) textFile {
	t.Helper()
	b, err := os.ReadFile("data/text/" + string(l) + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var f textFile
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatalf("%s: %v", l, err)
	}
	return f
}

// passages lists every string of a text under the name of its place.
func passages(t result.Text) map[string]string {
	all := map[string]string{"title": t.Title, "summary": t.Summary, "happened": t.Happened, "justification": t.Justification}
	for i, s := range t.UserSteps {
		all[fmt.Sprintf("userSteps[%d]", i)] = s
	}
	for i, s := range t.AdminSteps {
		all[fmt.Sprintf("adminSteps[%d]", i)] = s
	}
	return all
}

// languages are those the catalogue is written in; English, the base of the others, comes first.
var languages = result.Languages()

func TestEveryTextIsThere(t *testing.T) {
	for _, l := range languages {
		f := readText(t, l)
		if f.Language != string(l) {
			t.Errorf("%s.json says it is %q", l, f.Language)
		}
		if len(f.Codes) != len(result.All()) {
			t.Errorf("%s: %d texts for %d codes", l, len(f.Codes), len(result.All()))
		}
		for _, e := range result.All() {
			text, ok := f.Codes[e.Code.String()]
			if !ok {
				t.Errorf("%s: no text for %v", l, e.Code)
				continue
			}
			if n := len(text.UserSteps); n < 1 || n > 4 {
				t.Errorf("%s: %v has %d steps for the user, want 1 to 4", l, e.Code, n)
			}
			if n := len(text.AdminSteps); n < 1 || n > 5 {
				t.Errorf("%s: %v has %d steps for the administrator, want 1 to 5", l, e.Code, n)
			}
			for place, s := range passages(text) {
				if strings.TrimSpace(s) == "" || s != strings.TrimSpace(s) {
					t.Errorf("%s: %v %s is empty or padded: %q", l, e.Code, place, s)
				}
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

func placeholdersOf(s string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return names
}

func TestPlaceholdersAreTheSameInEveryLanguage(t *testing.T) {
	english := readText(t, result.English)
	for _, l := range languages {
		for code, text := range readText(t, l).Codes {
			want := passages(english.Codes[code])
			got := passages(text)
			if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
				t.Errorf("%s: %s has other steps than English", l, code)
			}
			for place, s := range got {
				if l != result.English && len(s) > 12 && s == want[place] {
					t.Errorf("%s: %s %s is English: %q", l, code, place, s)
				}
				if g, w := placeholdersOf(s), placeholdersOf(want[place]); !slices.Equal(g, w) {
					t.Errorf("%s: %s %s has placeholders %v, English has %v", l, code, place, g, w)
				}
				checkParts(t, fmt.Sprintf("%s: %s %s", l, code, place), s)
			}
		}
	}
}

// checkParts proves that each placeholder is a known one and stands in an optional part, and that each optional part has one.
func checkParts(t *testing.T, where, s string) {
	t.Helper()
	outside := regexp.MustCompile(`\[\[.*?\]\]`).ReplaceAllStringFunc(s, func(part string) string {
		names := placeholdersOf(part)
		if len(names) == 0 {
			t.Errorf("%s: optional part without placeholder: %q", where, part)
		}
		for _, n := range names {
			if !slices.Contains(result.Placeholders(), result.Placeholder(n)) {
				t.Errorf("%s: unknown placeholder {%s}", where, n)
			}
		}
		return ""
	})
	if strings.ContainsAny(outside, "{}") || strings.Contains(outside, "[[") || strings.Contains(outside, "]]") {
		t.Errorf("%s: placeholder outside an optional part, or unbalanced brackets: %q", where, s)
	}
}

// A sentence ends at a mark that is followed by a space, or at a Japanese full stop.
var sentenceEnd = regexp.MustCompile(`[.!?]\s+|[。！？]\s*`)

func TestNoTwoCodesShareASentence(t *testing.T) {
	for _, l := range languages {
		owner := map[string]string{}
		f := readText(t, l)
		for _, e := range result.All() {
			code := e.Code.String()
			for _, s := range passages(f.Codes[code]) {
				s = regexp.MustCompile(`\[\[.*?\]\]`).ReplaceAllString(s, "")
				for _, sentence := range sentenceEnd.Split(s, -1) {
					key := strings.ToLower(strings.TrimRight(strings.TrimSpace(sentence), ".!?。！？"))
					if key == "" {
						continue
					}
					if other, ok := owner[key]; ok && other != code {
						t.Errorf("%s: %s and %s share the sentence %q", l, other, code, sentence)
					}
					owner[key] = code
				}
			}
		}
	}
}

// Title and summary may go into an error_description, and client libraries take one of these words in it for a reason to ask the person
// again (SI-132).
func TestSummariesHoldNoWordThatClientsActOn(t *testing.T) {
	for _, l := range languages {
		for code, text := range readText(t, l).Codes {
			for _, word := range []string{"interaction_required", "consent_required", "login_required", "bad_token", "ui_not_allowed", "interrupted_user"} {
				if strings.Contains(text.Title+text.Summary, word) {
					t.Errorf("%s: %s says %s", l, code, word)
				}
			}
		}
	}
}

func TestEveryLanguageHasEveryWord(t *testing.T) {
	english := readText(t, result.English).Words
	for _, l := range languages {
		words := readText(t, l).Words
		for group, names := range english {
			if !slices.Equal(slices.Sorted(maps.Keys(words[group])), slices.Sorted(maps.Keys(names))) {
				t.Errorf("%s: words of %q are not those of English", l, group)
			}
		}
	}
	closed := map[string][]fmt.Stringer{
		"kind": stringers(result.Kinds()), "duration": stringers(result.Durations()), "fixer": stringers(result.Fixers()), "risk": stringers(result.Risks()),
		"proof": stringers(result.Proofs()), "relation": stringers(result.Relations()), "stage": stringers(result.Stages()),
	}
	for group, values := range closed {
		for _, v := range values {
			if english[group][v.String()] == "" {
				t.Errorf("no word for %s %s", group, v)
			}
		}
		if len(english[group]) != len(values) {
			t.Errorf("%d words for %d values of %s", len(english[group]), len(values), group)
		}
	}
}

func stringers[T fmt.Stringer](values []T) []fmt.Stringer {
	all := make([]fmt.Stringer, len(values))
	for i, v := range values {
		all[i] = v
	}
	return all
}

func TestFactsAreConsistent(t *testing.T) {
	names := map[string]result.Code{}
	last := result.Code(-1)
	for _, e := range result.All() {
		if e.Code <= last {
			t.Errorf("%v stands after %v", e.Code, last)
		}
		last = e.Code
		if other, ok := names[e.Name]; ok {
			t.Errorf("%v and %v are both named %s", other, e.Code, e.Name)
		}
		names[e.Name] = e.Code
		settled := e.Kind == result.KindSuccess || e.Kind == result.KindInformational
		if settled != (e.Duration == result.DurationNone) {
			t.Errorf("%v is a %v and %v", e.Code, e.Kind, e.Duration)
		}
		if !settled && len(e.Fixers) == 0 {
			t.Errorf("%v: nobody can do anything about it", e.Code)
		}
		// RFC 6749 §5.2 by way of SI-135.
		if (e.Token.Error == "invalid_client") != (e.Token.Status == 401) {
			t.Errorf("%v: %s with status %d", e.Code, e.Token.Error, e.Token.Status)
		}
		for _, r := range e.Related {
			checkRelation(t, e, r)
		}
	}
}

func checkRelation(t *testing.T, e result.Entry, r result.Related) {
	t.Helper()
	other, ok := result.Lookup(r.Code)
	if !ok || r.Code == e.Code {
		t.Errorf("%v is related to %v, which is itself or not in the catalogue", e.Code, r.Code)
		return
	}
	i := slices.IndexFunc(other.Related, func(back result.Related) bool { return back.Code == e.Code })
	if i < 0 {
		t.Errorf("%v lists %v, but not the other way round", e.Code, r.Code)
		return
	}
	if r.Relation == result.ConfusedWith && other.Related[i].Relation == result.SeeAlso {
		t.Errorf("%v is confused with %v, but not the other way round", e.Code, r.Code)
	}
}

// SI-106: attack detection relies on these.
func TestFirstFactorProved(t *testing.T) {
	for _, c := range []result.Code{
		0, 50055, 50072, 50074, 50076, 50078, 50079, 50105, 50125, 50140, 50142, 50144, 50158, 53000, 53001, 53003, 530003, 530032,
		65001, 65004, 90094, 90095, 500121,
	} {
		if e, _ := result.Lookup(c); e.FirstFactor != result.ProofPassed {
			t.Errorf("%v: first factor %v", c, e.FirstFactor)
		}
	}
	if e, _ := result.Lookup(result.InvalidUserNameOrPassword); e.FirstFactor != result.ProofFailed {
		t.Errorf("wrong password: first factor %v", e.FirstFactor)
	}
}

// ERR-2, ERR-3 and sign-in.md §1.2: pairs that clients act on.
func TestTokenAnswers(t *testing.T) {
	for code, want := range map[result.Code]string{
		53003: "invalid_grant/message_only/400", 70043: "invalid_grant/token_expired/400", 50074: "invalid_grant/basic_action/400",
		53000: "invalid_grant/additional_action/400", 530036: "invalid_grant/bad_token/400", 50055: "invalid_grant/user_password_expired/400",
		53009: "unauthorized_client/protection_policy_required/400", 65001: "invalid_grant/consent_required/400", 50155: "invalid_grant/device_authentication_failed/400",
		7000218: "invalid_client//401", 500011: "invalid_resource//400", 70016: "authorization_pending//400", 70012: "temporarily_unavailable//503",
	} {
		e, _ := result.Lookup(code)
		if got := fmt.Sprintf("%s/%s/%d", e.Token.Error, e.Token.SubError, e.Token.Status); got != want {
			t.Errorf("%v: %s, want %s", code, got, want)
		}
	}
	for _, code := range []result.Code{50058, 50140, 70005} {
		if e, _ := result.Lookup(code); e.Token.Possible() {
			t.Errorf("%v cannot occur at the token endpoint", code)
		}
	}
}

func TestConstantsAreTheData(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	constants := map[string]int{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			constants[spec.Names[0].Name], _ = strconv.Atoi(spec.Values[0].(*ast.BasicLit).Value)
		}
		return true
	})
	for _, e := range result.All() {
		name := strings.ReplaceAll(e.Name, "_", "")
		if got, ok := constants[name]; !ok || got != int(e.Code) {
			t.Errorf("constant %s is %d, the data say %v", name, got, e.Code)
		}
	}
	if len(constants) != len(result.All()) {
		t.Errorf("%d constants for %d codes", len(constants), len(result.All()))
	}
}

func TestDataFollowSchema(t *testing.T) {
	for name, file := range map[string]string{"facts": "data/codes.json", "texts": "data/text/en.json"} {
		checkSchema(t, name, file, readFile(t, file))
	}
	for _, l := range languages[1:] {
		file := "data/text/" + string(l) + ".json"
		checkSchema(t, "texts", file, readFile(t, file))
	}
}

func TestExportFollowsSchema(t *testing.T) {
	for _, l := range languages {
		export := result.Descriptions{FormatVersion: result.FormatVersion, Language: l}
		for _, e := range result.All() {
			export.Codes = append(export.Codes, e.Describe(l, result.Values{result.PlaceholderIPAddress: "203.0.113.7"}))
		}
		b, err := json.Marshal(export)
		if err != nil {
			t.Fatal(err)
		}
		checkSchema(t, "descriptions", "the export in "+string(l), b)
	}
	e, _ := result.Lookup(result.ManagedDeviceRequired)
	d := e.Describe(result.English, nil)
	d.Found = result.Find("AADSTS530003 Trace ID: " + requestID + " Timestamp: 2026-05-04 09:08:07Z").Note()
	d.Sources = []result.SourceNote{{Source: "elsewhere", Description: "security defaults", Verdict: "contradicts", Reason: "names another code"}}
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	checkSchema(t, "description", "one description", b)
	b, err = json.Marshal(result.UnknownDescription{FormatVersion: result.FormatVersion, Code: 59999, Sources: d.Sources, Found: d.Found})
	if err != nil {
		t.Fatal(err)
	}
	checkSchema(t, "unknown", "an unknown code", b)
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func checkSchema(t *testing.T, definition, what string, document []byte) {
	t.Helper()
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(result.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("schema.json#/$defs/" + definition)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if err := compiled.Validate(value); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// shared finds the reference documents, which are no part of the repository.
func shared(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("SALLYPORT_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the reference documents are not here: %v", err)
	}
	return dir
}

// Every code that the references name in their tables of codes is in the catalogue.
func TestReferencesAreCovered(t *testing.T) {
	dir := shared(t)
	for file, section := range map[string][2]string{
		"sign-in.md":            {"## 1. Result codes", "## 2. "},
		"conditional-access.md": {"### 5.1 Codes", "## 6. "},
	} {
		text := string(readFile(t, filepath.Join(dir, "reference", file)))
		_, text, found := strings.Cut(text, section[0])
		text, _, _ = strings.Cut(text, section[1])
		numbers := regexp.MustCompile(`\b\d{5,7}\b`).FindAllString(text, -1)
		if !found || len(numbers) < 50 {
			t.Fatalf("%s: %d codes in section %q", file, len(numbers), section[0])
		}
		for _, n := range numbers {
			c, err := result.ParseCode(n)
			if err != nil {
				continue
			}
			if _, ok := result.Lookup(c); !ok {
				t.Errorf("%s names %v, the catalogue does not", file, c)
			}
		}
	}
	if n := len(result.All()); n < 150 {
		t.Errorf("%d codes, want at least 150", n)
	}
}

// The founding table's risk stands (design, section 9).
func TestFoundingTableKeepsItsRisk(t *testing.T) {
	tables, err := filepath.Glob(filepath.Join(shared(t), "seeds", "002*"))
	if err != nil || len(tables) != 1 {
		t.Fatalf("founding table: %v, %v", tables, err)
	}
	rows := regexp.MustCompile(`(?m)^\| (\d+) \|.*\| (Low|Medium|High) \|[^|]*\|\s*$`).FindAllStringSubmatch(string(readFile(t, tables[0])), -1)
	if len(rows) != 53 {
		t.Fatalf("%d rows, want 53", len(rows))
	}
	for _, row := range rows {
		c, err := result.ParseCode(row[1])
		if err != nil {
			t.Fatal(err)
		}
		e, ok := result.Lookup(c)
		if !ok || e.BaseRisk.String() != row[2] {
			t.Errorf("%v: risk %v, the table says %s", c, e.BaseRisk, row[2])
		}
	}
}
