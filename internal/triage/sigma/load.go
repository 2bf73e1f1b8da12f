package sigma

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Options change how rules are read.
type Options struct {
	// Placeholders are the values of %names%, which rules with the modifier
	// expand need.
	Placeholders map[string][]string
	// ExactDescriptions compares failure texts even where a rule also names
	// the code. They are the service's prose: few rules spell them as logs do.
	ExactDescriptions bool
	// SkipInvalid makes notices of rules that cannot be read, instead of an
	// error.
	SkipInvalid bool
}

// Problem is why a rule finds nothing, or not what it seems to look for.
type Problem string

// The problems. All but LooseMatch mean that the rule does not run.
const (
	OtherLog       Problem = "otherLog"       // it is for a log that holds no sign-ins
	NeverMatches   Problem = "neverMatches"   // no sign-in can meet its condition
	AlwaysMatches  Problem = "alwaysMatches"  // every sign-in meets it
	NoPlaceholder  Problem = "noPlaceholder"  // a placeholder has no value
	OldAggregation Problem = "oldAggregation" // it counts with a syntax that Sigma gave up
	Unsupported    Problem = "unsupported"    // it uses what this package does not do
	Invalid        Problem = "invalid"        // it cannot be read; only with SkipInvalid
	LooseMatch     Problem = "looseMatch"     // it runs, but not every part of it counts
)

// Notice tells what is the matter with a rule.
type Notice struct {
	File    string  `json:"file"`
	Line    int     `json:"line"`
	ID      string  `json:"id,omitempty"`
	Title   string  `json:"title,omitempty"`
	Problem Problem `json:"problem"`
	Reason  string  `json:"reason"`
}

// Set is the rules that run. It does not change and may be shared.
type Set struct {
	Rules        []*Rule
	Correlations []*Correlation
	// Notices are about rules that do not run, or not wholly, in the order of
	// the files.
	Notices []Notice
	// Documents is how many documents were read.
	Documents int

	targets       []Target
	byRule        [][]int // targets of each rule
	byCorrelation [][]int // targets of each correlation
}

// maxFile bounds a rule file; the longest public one has 20 KB.
const maxFile = 1 << 20

// Load reads rules from a file, or from all .yml and .yaml files in a folder.
func Load(path string, opts Options) (*Set, error) {
	var docs []document
	err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ext := strings.ToLower(filepath.Ext(name)); d.IsDir() || name != path && ext != ".yml" && ext != ".yaml" {
			return nil
		}
		text, err := readFile(name)
		if err != nil {
			return err
		}
		more, err := split(name, text)
		if err != nil && !opts.SkipInvalid {
			return err
		}
		docs = append(docs, more...)
		if err != nil {
			docs = append(docs, document{src: source{name, 1}, err: err})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, fmt.Errorf("%s: holds no rule; expected Sigma rules in .yml files", path)
	}
	return compile(docs, opts)
}

// Parse reads the rules of one text; its name is for messages.
func Parse(name string, text []byte, opts Options) (*Set, error) {
	docs, err := split(name, text)
	if err != nil {
		return nil, err
	}
	return compile(docs, opts)
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%s: found more than %d bytes, expected a rule", name, maxFile)
	}
	return text, err
}

// document is one document of a file.
type document struct {
	src  source
	head head
	err  error // why it cannot be read
}

// split reads the documents of a file.
func split(name string, text []byte) ([]document, error) {
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %s", name, oneLine(err))
	}
	var docs []document
	for {
		var n yaml.Node
		if err := loader.Load(&n); errors.Is(err, io.EOF) {
			return docs, nil
		} else if err != nil {
			return docs, fmt.Errorf("%s: %s", name, oneLine(err))
		}
		top := &n
		if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
			top = n.Content[0]
		}
		if top.Kind == 0 || top.Kind == yaml.ScalarNode && top.Value == "" {
			continue
		}
		d := document{src: source{name, max(top.Line, 1)}}
		if top.Kind != yaml.MappingNode {
			d.err = d.src.errorf("found no map, expected a Sigma rule")
		} else if err := top.Load(&d.head); err != nil {
			d.err = fmt.Errorf("%s:%d: %s", name, d.src.line, oneLine(err))
		}
		docs = append(docs, d)
	}
}

// builder makes a set of documents.
type builder struct {
	set          *Set
	opts         Options
	byName       map[string]int // rules
	correlations map[string]int
	failed       []error
	// silent are rules that do not run and why, for correlations that need them.
	silent map[string]bool
}

func compile(docs []document, opts Options) (*Set, error) {
	b := &builder{set: &Set{Documents: len(docs)}, opts: opts, byName: map[string]int{}, correlations: map[string]int{}, silent: map[string]bool{}}
	for i := range docs {
		if d := &docs[i]; d.err != nil {
			b.fail(d, d.err)
		} else if d.head.Correlation.Kind == 0 && d.head.Filter.Kind == 0 {
			b.rule(d)
		}
	}
	for i := range docs {
		if d := &docs[i]; d.err == nil && d.head.Filter.Kind != 0 {
			b.filter(d)
		}
	}
	b.correlate(docs)
	if len(b.failed) > 0 {
		return nil, errors.Join(b.failed...)
	}
	if err := b.aim(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(b.set.Notices, func(x, y Notice) int {
		if c := strings.Compare(x.File, y.File); c != 0 {
			return c
		}
		return x.Line - y.Line
	})
	return b.set, nil
}

func (b *builder) notice(d *document, p Problem, reason string) {
	b.set.Notices = append(b.set.Notices, Notice{File: d.src.file, Line: d.src.line, ID: d.head.ID, Title: d.head.Title, Problem: p, Reason: reason})
}

// fail notes a document that cannot be read.
func (b *builder) fail(d *document, err error) {
	if b.opts.SkipInvalid {
		b.notice(d, Invalid, strings.TrimPrefix(err.Error(), fmt.Sprintf("%s:%d: ", d.src.file, d.src.line)))
		b.hush(d)
		return
	}
	b.failed = append(b.failed, err)
}

// hush remembers a rule that does not run.
func (b *builder) hush(d *document) {
	for _, name := range []string{d.head.ID, d.head.Name, d.head.Title} {
		if name != "" {
			b.silent[name] = true
		}
	}
}

func (b *builder) rule(d *document) {
	h := &d.head
	if h.Detection.Kind == 0 {
		b.fail(d, d.src.errorf("found no detection, expected a Sigma rule"))
		return
	}
	if h.Title == "" {
		b.fail(d, d.src.errorf("found no title, expected a Sigma rule"))
		return
	}
	c := &ruleCompiler{opts: &b.opts}
	root, err := c.compile(&h.Detection)
	var problem Problem
	reason := strings.Join(c.doubts, "; ")
	known := errors.Is(err, errPlaceholder) || errors.Is(err, errAggregation)
	switch {
	case err != nil && !known:
		b.fail(d, d.src.errorf("%w", err))
		return
	case !h.LogSource.reads():
		problem, reason = OtherLog, fmt.Sprintf("it is for %s, which holds no sign-ins", h.LogSource)
		if h.LogSource == (logSource{}) {
			reason = "it names no log source"
		}
	case errors.Is(err, errPlaceholder):
		problem, reason = NoPlaceholder, err.Error()
	case err != nil:
		problem, reason = OldAggregation, err.Error()
	case root == node(constant(false)):
		problem = NeverMatches
	case root == node(constant(true)):
		problem = AlwaysMatches
		if reason == "" {
			reason = "its condition holds for every sign-in"
		}
	}
	if problem != "" {
		b.notice(d, problem, reason)
		b.hush(d)
		return
	}
	if reason != "" {
		b.notice(d, LooseMatch, reason)
	}
	for _, name := range []string{h.ID, h.Name} {
		if other, ok := b.byName[name]; ok && name != "" {
			b.fail(d, d.src.errorf("found %q again, first at %s:%d", name, b.set.Rules[other].File, b.set.Rules[other].Line))
			return
		}
	}
	for _, name := range []string{h.ID, h.Name, h.Title} {
		if _, ok := b.byName[name]; !ok && name != "" {
			b.byName[name] = len(b.set.Rules)
		}
	}
	rule := &Rule{ID: h.ID, Name: h.Name, Title: h.Title, Level: h.Level, Author: h.Author, Description: h.Description, Tags: h.Tags, File: d.src.file, Line: d.src.line, root: root}
	b.set.Rules = append(b.set.Rules, rule)
	if c.counts == nil {
		return
	}
	counts, err := c.counts.correlation(rule, len(b.set.Rules)-1)
	if err != nil {
		b.notice(d, OldAggregation, err.Error())
		b.set.Rules = b.set.Rules[:len(b.set.Rules)-1]
		b.hush(d)
		for name, i := range b.byName {
			if i == len(b.set.Rules) {
				delete(b.byName, name)
			}
		}
		return
	}
	rule.serves = true
	b.set.Correlations = append(b.set.Correlations, counts)
}

// filter adds a condition to the rules that it names.
func (b *builder) filter(d *document) {
	var rules []string
	selection := yaml.Node{Kind: yaml.MappingNode}
	body := &d.head.Filter
	for i := 0; i+1 < len(body.Content); i += 2 {
		if body.Content[i].Value == "rules" {
			var err error
			if rules, err = textList(body.Content[i+1], "rules"); err != nil {
				b.fail(d, d.src.errorf("filter: %w", err))
				return
			}
			continue
		}
		selection.Content = append(selection.Content, body.Content[i], body.Content[i+1])
	}
	c := &ruleCompiler{opts: &b.opts}
	root, err := c.compile(&selection)
	if errors.Is(err, errPlaceholder) {
		b.notice(d, NoPlaceholder, err.Error())
		return
	}
	if err != nil {
		b.fail(d, d.src.errorf("filter: %w", err))
		return
	}
	reason := strings.Join(c.doubts, "; ")
	switch {
	case root == node(constant(true)):
		b.notice(d, LooseMatch, because("it filters nothing", reason))
	case root == node(constant(false)):
		b.notice(d, NeverMatches, because("it leaves nothing of the rules that it names", reason))
	case reason != "":
		b.notice(d, LooseMatch, reason)
	}
	for _, name := range rules {
		switch i, ok := b.byName[name]; {
		case ok:
			rule := b.set.Rules[i]
			rule.root = and([]node{rule.root, root})
		case !b.silent[name]:
			b.fail(d, d.src.errorf("filter: no rule %q", name))
		}
	}
}

func because(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}

// correlate compiles correlations, those first that others build on.
func (b *builder) correlate(docs []document) {
	var waiting []*document
	for i := range docs {
		if d := &docs[i]; d.err == nil && d.head.Correlation.Kind != 0 {
			waiting = append(waiting, d)
		}
	}
	for len(waiting) > 0 {
		var later []*document
		for _, d := range waiting {
			if b.waits(d, waiting) {
				later = append(later, d)
			} else {
				b.correlation(d)
			}
		}
		if len(later) == len(waiting) {
			for _, d := range later {
				b.fail(d, d.src.errorf("correlation: builds on itself"))
			}
			return
		}
		waiting = later
	}
}

// refs returns what a correlation builds on, as far as that can be read.
func refs(d *document) []string {
	var body struct {
		Rules yaml.Node `yaml:"rules"`
	}
	if d.head.Correlation.Load(&body) != nil {
		return nil
	}
	names, err := textList(&body.Rules, "rules")
	if err != nil {
		return nil // newCorrelation says what is wrong
	}
	return names
}

// waits tells whether a correlation builds on one that is not compiled yet.
func (b *builder) waits(d *document, waiting []*document) bool {
	for _, name := range refs(d) {
		for _, other := range waiting {
			if name == other.head.ID || name == other.head.Name || name == other.head.Title {
				if _, done := b.correlations[name]; !done && !b.silent[name] {
					return true
				}
			}
		}
	}
	return false
}

func (b *builder) correlation(d *document) {
	c, generate, err := newCorrelation(&d.head, d.src, &correlationNames{b.byName, b.correlations, b.set})
	switch {
	case errors.Is(err, errUnsupported):
		b.notice(d, Unsupported, err.Error())
		b.hush(d)
		return
	case err != nil && b.needsSilent(d):
		b.notice(d, NeverMatches, "a rule that it builds on does not run")
		b.hush(d)
		return
	case err != nil:
		b.fail(d, d.src.errorf("%w", err))
		return
	}
	for _, name := range []string{c.ID, c.Name, c.Title} {
		if name != "" {
			b.correlations[name] = len(b.set.Correlations)
		}
	}
	b.set.Correlations = append(b.set.Correlations, c)
	for _, ref := range c.Refs {
		if ref.Rule >= 0 {
			rule := b.set.Rules[ref.Rule]
			rule.serves, rule.generate = true, rule.generate || generate
		} else {
			other := b.set.Correlations[ref.Correlation]
			other.serves, other.generate = true, other.generate || generate
		}
	}
}

// needsSilent tells whether a correlation names a rule that does not run.
func (b *builder) needsSilent(d *document) bool {
	for _, name := range refs(d) {
		if b.silent[name] {
			return true
		}
	}
	return false
}

// maxTargets bounds a set, so that an event can say in two bytes what it is for.
const maxTargets = 1<<16 - 2

// aim lists what the matches of each rule and correlation are for.
func (b *builder) aim() error {
	s := b.set
	s.byRule = make([][]int, len(s.Rules))
	s.byCorrelation = make([][]int, len(s.Correlations))
	add := func(list *[]int, t Target) {
		*list = append(*list, len(s.targets))
		s.targets = append(s.targets, t)
	}
	for i, r := range s.Rules {
		if r.alone() {
			add(&s.byRule[i], Target{Rule: i, Correlation: -1})
		}
	}
	for k, c := range s.Correlations {
		for at, ref := range c.Refs {
			if ref.Rule >= 0 {
				add(&s.byRule[ref.Rule], Target{Rule: ref.Rule, Correlation: k, Place: at})
			} else {
				add(&s.byCorrelation[ref.Correlation], Target{Rule: -1, Correlation: k, Place: at})
			}
		}
	}
	if len(s.targets) > maxTargets {
		return fmt.Errorf("found %d rules, expected at most %d", len(s.targets), maxTargets)
	}
	return nil
}
