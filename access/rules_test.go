package access_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// unproved are the rules about decisions that no test or case cites, with the
// reason why none can. Whole families are left out by the pattern of
// referenceRule: the What-If API (WI), security defaults (SD), tenant
// restrictions (TR), error bodies (ERR) and limits (LIM) are no part of the
// decision.
var unproved = map[string]string{
	"CA-9":   "security defaults and policies exclude each other when policies are written; the server that stores them refuses",
	"CA-20":  "a cap on group memberships holds only where it is configured; whoever gathers groups applies it",
	"CA-21":  "whether a policy locks its author out is a question about a whole tenant, which the check verb answers",
	"CA-41":  "which requests are outside enforcement is settled before the facts are gathered",
	"CA-68":  "the address is a fact; which header it may come from is settled where requests are read",
	"CA-97":  "a token that a flow policy kills is the token endpoint's answer, not the decision's",
	"CA-154": "what every time may be combined with is advice about policies, which the check verb gives",
	"CA-155": "when a device renews its token is the client's behaviour",
	"CA-173": "how a record tells of terms of use while multifactor authentication is pending is the record writer's",
	"CA-180": "the engine keeps nothing between decisions that could lag",
	"LOG-3":  "which members of a record are beta is the matter of its JSON",
	"LOG-5":  "names of matched rules are the record writer's",
	"LOG-6":  "names of controls in a record are the record writer's",
	"LOG-10": "the pseudo policy of security defaults is the record writer's",
	"LOG-11": "other members of a record are the record writer's",
	"LOG-12": "one record per try is the pipeline's",
	"LOG-13": "a request header is the matter of the graph front",
	"XT-1":   "the effective cross-tenant setting is settled before the facts are gathered",
	"XT-2":   "cross-tenant lists are judged before policies are",
	"XT-3":   "cross-tenant lists are judged before policies are",
	"XT-4":   "the order of a sign-in is the pipeline's",
	"XT-8":   "other clouds are settled before the facts are gathered",
	"XT-9":   "redeeming an invitation is the pipeline's",
	"XT-10":  "which settings govern whom is settled before the facts are gathered",
	"XT-11":  "what to exclude whom from is advice about policies",
	"G-27":   "which controls a record lists is the record writer's",
	"G-38":   "the address is a fact; which header it may come from is settled where requests are read",
}

var (
	// referenceRule finds the rules about decisions where they are stated: a
	// list item of its own, or a row of the table of gotchas.
	referenceRule = regexp.MustCompile(`(?m)^(?:- \*\*((?:CA|LOG|XT)-\d+)\*\*|\| (G-\d+) )`)
	citedRule     = regexp.MustCompile(`\b(?:CA|LOG|XT|G)-\d+\b`)
	// citesOnly are test files whose citations prove nothing: the slow
	// evaluator says what it implements, not that this is right.
	citesOnly = regexp.MustCompile(`^(reference(_[a-z]+)?|generator|rules)_test\.go$`)
)

// TestEveryRuleIsProved lists the rules of the reference that no test and no
// case cites.
func TestEveryRuleIsProved(t *testing.T) {
	root := moduleRoot(t)
	rules := referenceRules(t, root)
	cited := citedRules(t, root)
	for _, id := range rules {
		reason, allowed := unproved[id]
		switch {
		case len(cited[id]) == 0 && !allowed:
			t.Errorf("%s: no test or case cites it", id)
		case len(cited[id]) > 0 && allowed:
			t.Logf("%s is proved by %s after all; it was left out because %s", id, cited[id][0], reason)
		}
	}
	for id := range unproved {
		if !slices.Contains(rules, id) {
			t.Errorf("%s is left out but is no rule of the reference", id)
		}
	}
}

// moduleRoot is the folder with go.mod.
func moduleRoot(t *testing.T) string {
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
}

// referenceRules lists the rules of the reference, or skips the test where the
// reference is not at hand.
func referenceRules(t *testing.T, root string) []string {
	shared := os.Getenv("SALLYPORT_SHARED")
	if shared == "" {
		shared = filepath.Join(root, "..", "shared")
	}
	text, err := os.ReadFile(filepath.Join(shared, "reference", "conditional-access.md"))
	if err != nil {
		t.Skipf("the reference is not at hand (SALLYPORT_SHARED names its folder): %v", err)
	}
	var list []string
	for _, m := range referenceRule.FindAllStringSubmatch(string(text), -1) {
		list = append(list, m[1]+m[2])
	}
	if len(list) < 100 {
		t.Fatalf("only %d rules found in the reference; has its notation changed?", len(list))
	}
	return list
}

// citedRules maps each rule that a test or a case cites to the files that do.
func citedRules(t *testing.T, root string) map[string][]string {
	cited := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != root:
			return fs.SkipDir
		case !isProof(entry):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		for _, id := range citedRule.FindAllString(string(text), -1) {
			if !slices.Contains(cited[id], name) {
				cited[id] = append(cited[id], name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return cited
}

// isProof reports whether a file's citations count: tests and cases.
func isProof(entry fs.DirEntry) bool {
	name := entry.Name()
	isCase := strings.HasSuffix(name, ".case") || strings.HasSuffix(name, ".txtar")
	isTest := strings.HasSuffix(name, "_test.go") && (!citesOnly.MatchString(name) || name == "reference_rules_test.go")
	return !entry.IsDir() && (isCase || isTest)
}
