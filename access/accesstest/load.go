package accesstest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// Bounds on what is read, so that a wrong file is refused rather than waited for.
const (
	MaxFileSize   = 4 << 20  // bytes of one case file
	MaxTenantSize = 64 << 20 // bytes of one file of a tenant
	maxIncludes   = 32       // files that include one another
	maxCases      = 100_000  // of one file
)

// Load reads case files from fsys. The first fault ends it: an *Error, which
// says where, or the error of fsys.
func Load(fsys fs.FS, files ...string) ([]Case, error) {
	var all []Case
	for _, name := range files {
		p := newParser(fsys)
		if err := p.file(name, token{}); err != nil {
			return nil, err
		}
		all = append(all, p.cases...)
	}
	return all, nil
}

// LoadFiles reads case files by their paths; what they include or name as a
// tenant is found relative to them.
func LoadFiles(paths ...string) ([]Case, error) {
	names := make([]string, len(paths))
	for i := range paths {
		names[i] = filepath.ToSlash(paths[i])
	}
	return Load(disk{}, names...)
}

// Parse reads one case file that stands alone; name is for messages.
func Parse(name string, text []byte) ([]Case, error) {
	p := newParser(nil)
	if err := p.text(name, text); err != nil {
		return nil, err
	}
	return p.cases, nil
}

// disk is the machine's files by any path.
type disk struct{}

func (disk) Open(name string) (fs.File, error) { return os.Open(filepath.FromSlash(name)) }

// parser holds what the lines read so far have declared.
type parser struct {
	fsys fs.FS
	open []string // the files being read, each included by the one before

	policies  []access.Policy
	locations []access.Location
	strengths []access.Strength
	trusted   []access.Range
	apps      map[access.AppID]access.Fact[filter.Attributes]
	devices   map[string][]token
	names     *names

	options  access.Options
	strict   bool
	defaults []*node

	cases []Case
	taken map[string]bool // names of cases
}

func newParser(fsys fs.FS) *parser {
	return &parser{
		fsys:    fsys,
		apps:    map[access.AppID]access.Fact[filter.Attributes]{},
		devices: map[string][]token{},
		names:   newNames(),
		taken:   map[string]bool{},
	}
}

// file reads a file; by is the token that names it, if it is included.
func (p *parser) file(name string, by token) error {
	fail := func(err error) error {
		if by.File == "" {
			return err
		}
		return by.errorf("%v", err)
	}
	if p.fsys == nil {
		return by.errorf("this file stands alone and cannot name others")
	}
	if slices.Contains(p.open, name) {
		return by.errorf("includes go round in a circle: %s", strings.Join(append(p.open, name), " → "))
	}
	if len(p.open) >= maxIncludes {
		return by.errorf("%d files include one another; expected at most %d", len(p.open)+1, maxIncludes)
	}
	text, err := readBounded(p.fsys, name, MaxFileSize)
	if err != nil {
		return fail(err)
	}
	return p.text(name, text)
}

// readBounded reads a file of at most limit bytes.
func readBounded(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder, expected a file", name)
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", name, err)
	case int64(len(text)) > limit:
		return nil, fmt.Errorf("%s is larger than %d MiB, the most that is read", name, limit>>20)
	}
	return text, nil
}

func (p *parser) text(name string, text []byte) error {
	if len(text) > MaxFileSize {
		return fmt.Errorf("%s is larger than %d MiB, the most that is read", name, MaxFileSize>>20)
	}
	lines, err := scan(name, string(text))
	if err != nil {
		return err
	}
	nodes, err := tree(lines)
	if err != nil {
		return err
	}
	p.open = append(p.open, name)
	defer func() { p.open = p.open[:len(p.open)-1] }()
	for _, n := range nodes {
		if err := p.directive(n); err != nil {
			return err
		}
	}
	return nil
}

// directives are the words that may start a line that is not indented.
var directives map[string]func(*parser, *node) error

func init() {
	directives = map[string]func(*parser, *node) error{
		"include":        (*parser).include,
		"tenant":         (*parser).tenant,
		"name":           (*parser).bindName,
		"policy":         (*parser).filePolicy,
		"clear":          (*parser).clear,
		"location":       (*parser).location,
		"mfaTrustedIPs":  (*parser).mfaTrustedIPs,
		"strength":       (*parser).strength,
		"app":            (*parser).app,
		"device":         (*parser).namedDevice,
		"option":         (*parser).option,
		"strict-unknown": (*parser).strictUnknown,
		"defaults":       (*parser).setDefaults,
		"case":           (*parser).oneCase,
		"cases":          (*parser).manyCases,
	}
}

func (p *parser) directive(n *node) error {
	t := n.head()
	read, ok := directives[t.text]
	if !ok || t.kind != word {
		return unknownWord(t, "a directive", keys(directives))
	}
	return read(p, n)
}

// include reads the declarations of another file; its cases are run with that
// file, not again here.
func (p *parser) include(n *node) error {
	if err := n.leaf(); err != nil {
		return err
	}
	t, err := one(n.head(), n.args(), "a case file")
	if err != nil {
		return err
	}
	cases, taken, defaults := p.cases, p.taken, p.defaults
	p.cases, p.taken = nil, map[string]bool{}
	err = p.file(beside(t), t)
	p.cases, p.taken = cases, taken
	if len(p.defaults) == 0 {
		p.defaults = defaults
	}
	return err
}

// beside returns the path of what a token names, relative to the token's file.
func beside(t token) string {
	name := filepath.ToSlash(t.text)
	if path.IsAbs(name) || filepath.IsAbs(t.text) {
		return path.Clean(name)
	}
	return path.Join(path.Dir(t.File), name)
}

func (p *parser) bindName(n *node) error {
	if err := n.leaf(); err != nil {
		return err
	}
	args := n.args()
	kinds := map[string]kind{"user": aUser, "group": aGroup, "role": aRole, "tenant": aTenant, "workload": aWorkload, "app": anApp, "location": aLocation, "strength": aStrength, "policy": aPolicy, "authenticator": anAAGUID, "terms": aTermsFile}
	if len(args) != 3 {
		return n.head().errorf("expected: name KIND NAME ID, such as: name user alice 3f1c0b5e-8d0a-4d5c-9b1e-5a2f4f7f6b10")
	}
	k, err := mode(args[0], kinds)
	if err != nil {
		return unknownWord(args[0], "a kind of name", keys(kinds))
	}
	if !isGUID(args[2].text) {
		return args[2].errorf("found %s, expected an id of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", args[2].shown())
	}
	p.names.bind(k, args[1].text, strings.ToLower(args[2].text))
	return nil
}

func (p *parser) filePolicy(n *node) error {
	policy, err := p.policy(n)
	if err != nil {
		return err
	}
	return p.add(policy, n.args()[0])
}

func (p *parser) add(policy access.Policy, at token) error {
	for i := range p.policies {
		if strings.EqualFold(p.policies[i].DisplayName, policy.DisplayName) {
			return at.errorf("a policy %q stands above already; clear forgets the policies above", policy.DisplayName)
		}
	}
	p.policies = append(slices.Clip(p.policies), policy)
	return nil
}

// clear forgets the policies above.
func (p *parser) clear(n *node) error {
	if err := n.leaf(); err != nil {
		return err
	}
	if len(n.args()) > 0 {
		return n.args()[0].errorf("found %s; clear forgets all policies and takes no name", n.args()[0].shown())
	}
	p.policies = nil
	return nil
}

func (p *parser) mfaTrustedIPs(n *node) error {
	if err := n.leaf(); err != nil {
		return err
	}
	r, err := ranges(n.args())
	p.trusted = r
	return err
}

// app declares the custom security attributes of an app.
func (p *parser) app(n *node) error {
	if err := n.leaf(); err != nil {
		return err
	}
	args := n.args()
	if len(args) == 0 {
		return n.after().errorf("expected the app's name")
	}
	a := attempt{parser: p}
	attributes, err := a.attributes(n.head(), args[1:])
	if err != nil {
		return err
	}
	p.apps[access.AppID(p.names.id(anApp, args[0].text))] = access.Known(attributes)
	return nil
}

func (p *parser) namedDevice(n *node) error {
	if err := n.leaf(); err != nil {
		return err
	}
	args := n.args()
	if len(args) == 0 {
		return n.after().errorf("expected the device's name")
	}
	if _, err := readDevice(args[1:], false); err != nil {
		return err
	}
	p.devices[strings.ToLower(args[0].text)] = args[1:]
	return nil
}

var optionWords = map[string]func(*access.Options){
	"live":                 func(o *access.Options) { o.Live = true },
	"carryUnresolved":      func(o *access.Options) { o.CarryUnresolved = true },
	"skipInvalid":          func(o *access.Options) { o.SkipInvalid = true },
	"legacyBaselineScopes": func(o *access.Options) { o.LegacyBaselineScopes = true },
	"enforceApprovedApp":   func(o *access.Options) { o.EnforceApprovedApp = true },
	"none":                 func(o *access.Options) { *o = access.Options{} },
}

func readOptions(o *access.Options, n *node) error {
	if err := n.leaf(); err != nil {
		return err
	}
	for _, t := range n.args() {
		set, err := mode(t, optionWords)
		if err != nil {
			return unknownWord(t, "an option", keys(optionWords))
		}
		set(o)
	}
	return nil
}

func (p *parser) option(n *node) error { return readOptions(&p.options, n) }

func (p *parser) strictUnknown(n *node) (err error) {
	p.strict, err = onOff(n)
	return err
}

func onOff(n *node) (bool, error) {
	if err := n.leaf(); err != nil {
		return false, err
	}
	if len(n.args()) == 0 {
		return true, nil
	}
	t, err := one(n.head(), n.args(), "on or off")
	if err == nil && !t.is("on") && !t.is("off") {
		err = unknownWord(t, "on or off", []string{"on", "off"})
	}
	return t.is("on"), err
}

// setDefaults replaces the facts and expectations that every case below shares.
func (p *parser) setDefaults(n *node) error {
	if len(n.args()) > 0 {
		return n.args()[0].errorf("found %s; the lines of defaults stand below it, indented", n.args()[0].shown())
	}
	p.defaults = n.kids
	// Read once without a case, so that a fault is told where it stands even
	// if no case follows.
	_, err := p.draft(n.head(), nil)
	if errors.Is(err, errNoExpectation) {
		return nil
	}
	return err
}
