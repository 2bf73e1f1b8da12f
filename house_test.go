// Package sallyport_test keeps the house in order: the rooms of ARCHITECTURE.md,
// who may import whom, and one package comment each. A failure says which rule
// was broken and why there is one.
package sallyport_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/sallyport-id/sallyport/"

// rule says what a room may import. A room covers the rooms below it, unless
// those have a rule of their own.
type rule struct {
	room  string
	ours  []string // rooms it may use, with those below
	other []string // modules it may use, by the start of their path; "*": any
	never []string // packages of the standard library that it may not use
	why   string
}

// Sets of rooms that rules speak of.
var (
	public  = []string{"access", "result", "signinlog"}
	offline = []string{"internal/snapshot", "internal/lint", "internal/replay", "internal/explain", "internal/triage", "internal/proof", "internal/sources", "internal/report"}
	domain  = []string{"internal/fault", "internal/directory", "internal/factor", "internal/session", "internal/token", "internal/signin", "internal/risk"}
	outside = []string{"net/http", "net/rpc", "net/smtp", "database/sql", "database/sql/driver", "os", "os/exec", "os/signal", "log", "log/slog", "plugin", "unsafe", "syscall"}
)

// rules are ARCHITECTURE.md's "Who may import whom", row by row.
var rules = []rule{
	{room: "access", ours: []string{"access/filter"}, never: outside,
		why: "the decision is one pure function: whatever it depends on reaches it as policies or facts, and other programs embed it without a dependency"},
	{room: "access/filter", never: outside, why: "rules are parsed and matched without anything else; access builds on it"},
	{room: "access/graphjson", ours: []string{"access", "access/filter"}, never: []string{"net/http", "database/sql"},
		why: "Graph's JSON is a way to write policies down; it knows no store and no server"},
	{room: "access/accesstest", ours: []string{"access", "access/filter", "access/graphjson"}, never: []string{"net/http", "database/sql"},
		why: "cases are text that any evaluator can run"},
	{room: "result", never: outside, why: "the catalogue is facts and texts that any program may take without the rest of us"},
	{room: "signinlog", ours: []string{"access", "access/filter", "access/graphjson", "result"},
		other: []string{"github.com/parquet-go/", "github.com/klauspost/compress/"}, never: []string{"net/http", "database/sql"},
		why: "a record is data in a file or a stream; where it is stored is not its business"},

	{room: "internal/fault", never: []string{"net/http", "database/sql"}, why: "kinds of failure are words that every room may use, so they may use none"},
	{room: "internal/directory", ours: append([]string{"internal/fault"}, public...), other: []string{"golang.org/x/text/", "github.com/google/uuid"}, never: []string{"net/http", "database/sql"},
		why: "the domain says what it needs of a store by an interface; the store imports it, not the other way round"},
	{room: "internal/factor", ours: []string{"access", "internal/directory", "internal/fault"}, other: []string{"*"}, never: []string{"database/sql"},
		why: "a factor proves one thing; what follows from it is the pipeline's business"},
	{room: "internal/session", ours: []string{"access", "internal/directory", "internal/fault"}, other: []string{"*"}, never: []string{"database/sql"},
		why: "sessions, factors, tokens and risk know people and the words of the decision, not each other"},
	{room: "internal/token", ours: []string{"access", "internal/directory", "internal/fault"}, other: []string{"*"}, never: []string{"database/sql"},
		why: "sessions, factors, tokens and risk know people and the words of the decision, not each other"},
	{room: "internal/risk", ours: append([]string{"internal/directory", "internal/fault"}, public...), other: []string{"*"}, never: []string{"database/sql"},
		why: "sessions, factors, tokens and risk know people and the words of the decision, not each other"},
	{room: "internal/signin", ours: append([]string{"internal/directory", "internal/factor", "internal/session", "internal/risk", "internal/fault"}, public...),
		other: []string{"*"}, never: []string{"net/http", "database/sql"},
		why: "the pipeline is the same whichever front a person came through and whichever database keeps the attempt"},
	{room: "internal/store", ours: append(append([]string{}, domain...), public...), other: []string{"github.com/pressly/goose/", "github.com/tink-crypto/"},
		why: "a store keeps the domain's types; it knows no front, and drivers stay in sqlite and postgres"},
	{room: "internal/store/sqlite", ours: append(append([]string{"internal/store"}, domain...), public...), other: []string{"modernc.org/", "github.com/pressly/goose/"},
		why: "one driver per database, in the room named for it"},
	{room: "internal/store/postgres", ours: append(append([]string{"internal/store"}, domain...), public...), other: []string{"github.com/jackc/", "github.com/pressly/goose/"},
		why: "one driver per database, in the room named for it"},
	{room: "internal/store/storetest", ours: append(append([]string{"internal/store"}, domain...), public...),
		why: "the conformance suite opens each store that it is run on, and is all that tests of upper rooms need to know of stores"},
	{room: "internal/route", ours: []string{"internal/session", "internal/fault"}, other: []string{"*"}, never: []string{"database/sql"},
		why: "how a front mounts is the same for all of them"},
	{room: "internal/oidc", ours: append(append([]string{"internal/route"}, domain...), public...), other: []string{"*"}, never: []string{"database/sql"},
		why: "fronts meet by URL and by the persisted attempt, never by import, and reach stores through the domain"},
	{room: "internal/saml", ours: append(append([]string{"internal/route"}, domain...), public...), other: []string{"*"}, never: []string{"database/sql"},
		why: "fronts meet by URL and by the persisted attempt, never by import, and reach stores through the domain"},
	{room: "internal/graph", ours: append(append([]string{"internal/route"}, domain...), public...), other: []string{"*"}, never: []string{"database/sql"},
		why: "fronts meet by URL and by the persisted attempt, never by import, and reach stores through the domain"},
	{room: "internal/web", ours: append(append([]string{"internal/route"}, domain...), public...), other: []string{"*"}, never: []string{"database/sql"},
		why: "fronts meet by URL and by the persisted attempt, never by import, and reach stores through the domain"},

	{room: "internal/snapshot", ours: public, other: []string{"github.com/klauspost/compress/", "go.yaml.in/yaml/"}, never: []string{"net/http", "database/sql"},
		why: "a snapshot is files; nothing of it leaves the machine"},
	{room: "internal/lint", ours: append([]string{"internal/snapshot"}, public...), never: []string{"net/http", "database/sql", "os"},
		why: "findings follow from a snapshot that was read, and from the decision itself"},
	{room: "internal/replay", ours: append([]string{"internal/snapshot"}, public...), never: []string{"net/http", "database/sql"},
		why: "replay decides records again; it knows no server"},
	{room: "internal/explain", ours: append([]string{"internal/snapshot", "internal/replay"}, public...), never: []string{"net/http", "database/sql", "os"},
		why: "explanations follow from records and policies; they are decided again by replay, so that the two never differ"},
	{room: "internal/triage", ours: append([]string{"internal/snapshot"}, public...), other: []string{"go.yaml.in/yaml/"}, never: []string{"net/http", "database/sql"},
		why: "findings follow from records; nothing leaves the machine"},
	{room: "internal/loggen", ours: public, never: []string{"net/http", "database/sql", "os"},
		why: "a log is made of nothing but a seed; programs that read logs must not depend on the one that makes them"},
	{room: "internal/proof", ours: append([]string{"internal/snapshot"}, public...), never: []string{"net/http", "database/sql"},
		why: "a proof ranges over attempts, not over a server's data"},
	{room: "internal/sources", ours: []string{"result"}, other: []string{"github.com/klauspost/compress/"}, never: []string{"net/http", "database/sql"},
		why: "other people's tables are files that stand beside the catalogue; the catalogue does not know them"},
	{room: "internal/report", other: []string{"github.com/jedib0t/go-pretty/"}, never: []string{"net/http", "database/sql", "os"},
		why: "report prints what it is told and knows nothing of sign-ins; verbs know what stands in which cell"},

	{room: "internal/app", ours: []string{"access", "result", "signinlog", "internal"}, other: []string{"*"}, why: "the one place that knows every package"},
	{room: "cmd/sallyport", ours: append(append([]string{"internal/app"}, offline...), public...), other: []string{"github.com/spf13/", "golang.org/x/term"}, never: []string{"database/sql"},
		why: "verbs call packages and hold no logic: what they need of the server is app's"},
}

// clockRooms may ask for the time; everyone else is told it.
var clockRooms = []string{"cmd/sallyport", "internal/app"}

func TestImports(t *testing.T) {
	rooms := readRooms(t)
	for _, dir := range slices.Sorted(maps.Keys(rooms)) {
		r, ok := ruleFor(dir)
		if !ok {
			t.Errorf("%s: no rule says what it may import; add one to house_test.go and to ARCHITECTURE.md", dir)
			continue
		}
		for _, f := range rooms[dir] {
			for _, imported := range f.imports() {
				if complaint := r.judge(imported); complaint != "" {
					t.Errorf("%s imports %s: %s: %s", f.path, imported, complaint, r.why)
				}
			}
		}
	}
}

// TestImportRules shows that the rules catch what they are for.
func TestImportRules(t *testing.T) {
	tests := []struct {
		dir, imported string
		bad           bool
	}{
		{"access", "strings", false},
		{"access", module + "access/filter", false},
		{"access", "os", true},
		{"access", module + "access/graphjson", true},
		{"access", "github.com/google/uuid", true},
		{"access/filter", module + "access", true},
		{"access/graphjson", module + "access", false},
		{"internal/store", module + "internal/store/sqlite", true},
		{"internal/store/storetest", module + "internal/store", false},
		{"internal/store/storetest", module + "internal/directory", false},
		{"access/graphjson", module + "internal/store", true},
		{"result", module + "access", true},
		{"internal/signin", "net/http", true},
		{"internal/signin", module + "internal/token", true},
		{"internal/oidc", module + "internal/store/sqlite", true},
		{"internal/oidc", module + "internal/signin", false},
		{"internal/store", "modernc.org/sqlite", true},
		{"internal/store/sqlite", "modernc.org/sqlite", false},
		{"internal/app", module + "internal/store/sqlite", false},
		{"internal/report", module + "access", true},
		{"cmd/sallyport", module + "internal/web", true},
		{"cmd/sallyport", module + "access/graphjson", false},
	}
	fronts := []string{"internal/oidc", "internal/saml", "internal/graph", "internal/web"}
	for _, a := range fronts {
		for _, b := range fronts {
			tests = append(tests, struct {
				dir, imported string
				bad           bool
			}{a, module + b, a != b})
		}
	}
	for _, tt := range tests {
		r, ok := ruleFor(tt.dir)
		if !ok {
			t.Errorf("%s: no rule", tt.dir)
			continue
		}
		if complaint := r.judge(tt.imported); (complaint != "") != tt.bad {
			t.Errorf("%s imports %s: %q, want a complaint: %v", tt.dir, tt.imported, complaint, tt.bad)
		}
	}
}

// TestRooms holds ARCHITECTURE.md's tree to the truth: every room is in it, no
// room that is still planned has code, and no other is empty.
func TestRooms(t *testing.T) {
	plan := readPlan(t)
	rooms := readRooms(t)
	for _, dir := range slices.Sorted(maps.Keys(rooms)) {
		planned, ok := plan[dir]
		switch {
		case !ok:
			t.Errorf("%s is not in ARCHITECTURE.md: a new room needs a line there that says what it owns", dir)
		case planned:
			t.Errorf("%s has code and is still marked as planned in ARCHITECTURE.md", dir)
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(plan)) {
		if plan[dir] {
			continue
		}
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("ARCHITECTURE.md has the room %s, which does not exist: create rooms with their first code, or mark it (planned)", dir)
		}
	}
}

// TestPackageComments wants one comment per package, so that a reader knows
// what it owns and finds it in one place.
func TestPackageComments(t *testing.T) {
	for dir, files := range readRooms(t) {
		var found []string
		for _, f := range files {
			if f.syntax.Doc == nil {
				continue
			}
			found = append(found, f.path)
			name := f.syntax.Name.Name
			if text := f.syntax.Doc.Text(); name != "main" && !strings.HasPrefix(text, "Package "+name+" ") {
				t.Errorf("%s: the package comment begins %q, want \"Package %s …\"", f.path, firstWords(text), name)
			}
		}
		if len(found) != 1 {
			t.Errorf("%s has %d package comments, want one: %v", dir, len(found), found)
		}
	}
}

// TestClock finds code that takes the time instead of being told it: what
// depends on a hidden clock can be neither replayed nor tested.
func TestClock(t *testing.T) {
	for dir, files := range readRooms(t) {
		if under(dir, clockRooms) {
			continue
		}
		for _, f := range files {
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Obj == nil && pkg.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
					t.Errorf("%s: time.%s; take the time as a parameter (%v may ask for it)", f.files.Position(sel.Pos()), sel.Sel.Name, clockRooms)
				}
				return true
			})
		}
	}
}

// TestNames finds rooms named for nothing in particular.
func TestNames(t *testing.T) {
	for dir := range readRooms(t) {
		if name := path.Base(dir); slices.Contains([]string{"util", "utils", "common", "helpers", "misc", "types", "models", "pkg", "http", "errors", "log"}, name) {
			t.Errorf("%s: a package is named for what it owns", dir)
		}
	}
}

// judge returns what is wrong with an import, or nothing.
func (r rule) judge(imported string) string {
	if ours, ok := strings.CutPrefix(imported, module); ok {
		// A room may use itself and what is below it, unless that has a
		// rule of its own.
		if own, ok := ruleFor(ours); ok && own.room == r.room || under(ours, r.ours) {
			return ""
		}
		return "this room may use " + list(r.ours) + " of ours"
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		if slices.Contains(r.never, imported) {
			return "not here"
		}
		return ""
	}
	for _, prefix := range r.other {
		if prefix == "*" || strings.HasPrefix(imported, prefix) {
			return ""
		}
	}
	return "this room may use " + list(r.other) + " of others"
}

// ruleFor returns the most specific rule about a room.
func ruleFor(dir string) (rule, bool) {
	best := -1
	for i, r := range rules {
		if under(dir, []string{r.room}) && (best < 0 || len(r.room) > len(rules[best].room)) {
			best = i
		}
	}
	if best < 0 {
		return rule{}, false
	}
	return rules[best], true
}

// under tells whether a room is one of rooms or below one.
func under(dir string, rooms []string) bool {
	for _, room := range rooms {
		if dir == room || strings.HasPrefix(dir, room+"/") {
			return true
		}
	}
	return false
}

func list(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

func firstWords(text string) string {
	words := strings.Fields(text)
	return strings.Join(words[:min(4, len(words))], " ")
}

// file is a source file that is not a test.
type file struct {
	path   string
	files  *token.FileSet
	syntax *ast.File
}

func (f file) imports() []string {
	var all []string
	for _, spec := range f.syntax.Imports {
		all = append(all, strings.Trim(spec.Path.Value, `"`))
	}
	return all
}

// readRooms parses the module's packages, by folder.
func readRooms(t *testing.T) map[string][]file {
	t.Helper()
	rooms := map[string][]file{}
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p == "." {
				return nil
			}
			if _, err := os.Stat(filepath.Join(p, "go.mod")); err == nil || d.Name() == "testdata" || d.Name() == "var" || strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		files := token.NewFileSet()
		syntax, err := parser.ParseFile(files, p, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(p))
		rooms[dir] = append(rooms[dir], file{filepath.ToSlash(p), files, syntax})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(rooms) == 0 {
		t.Fatal("found no packages: run the test in the root of the module")
	}
	return rooms
}

// readPlan reads the tree of ARCHITECTURE.md: each room, and whether it is
// marked "(planned)". Indentation by two spaces nests; a line may name several
// rooms that end with a slash.
func readPlan(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "```tree\n")
	tree, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("ARCHITECTURE.md: no ```tree block")
	}
	plan := map[string]bool{}
	above := map[int]string{}
	for line := range strings.SplitSeq(tree, "\n") {
		level := (len(line) - len(strings.TrimLeft(line, " "))) / 2
		for _, word := range strings.Fields(line) {
			name, ok := strings.CutSuffix(word, "/")
			if !ok {
				break
			}
			above[level] = path.Join(above[level-1], name)
			plan[above[level]] = strings.Contains(line, "(planned)")
		}
	}
	if len(plan) == 0 {
		t.Fatal("ARCHITECTURE.md: the tree names no rooms")
	}
	return plan
}
