package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write what the program prints into the scripts and the README")

// TestScripts runs testdata/*.txt: what a person types and what they see.
//
//	# a comment
//	$ sallyport code 53003        a command, run in this process
//	stdin> {"userId":"u1"}        a line of standard input
//	a line of standard output, exactly; so is every line without a mark
//	stdout~ 5300[0-9]             or: a regular expression that it matches
//	stderr> sallyport: no         a line of standard error, exactly
//	stderr~ line [0-9]+           or: a regular expression that it matches
//	exit 2                        the exit status; 0 if the line is missing
//	-- tenant/policy.json --      from here to the next such line: a file
//
// A step ends at a blank line before the next command. Commands run in a
// folder that holds the script's files. $ROOT in a command is the repository,
// and stands for it in what is printed. TEXT{ab}{3} in a file is ababab, and
// BYTES{ff00} two bytes.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts in testdata: %v", err)
	}
	for _, path := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) { runScript(t, path) })
	}
}

func runScript(t *testing.T, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Dir(filepath.Dir(filepath.Dir(filepath.Dir(abs))))
	script, files := splitFiles(string(text))
	dir := t.TempDir()
	for name, content := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(expand(content)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	steps := parseSteps(script)
	if len(steps) == 0 {
		t.Fatalf("%s: no commands", path)
	}
	for _, step := range steps {
		step.run(t, root)
	}
	if *update && !t.Failed() {
		rewrite(t, abs, string(text), steps)
	}
}

// step is one command with what it must do.
type step struct {
	line     int
	command  string
	stdin    []string
	out      []string // exact lines
	outMatch []string
	err      []string
	errMatch []string
	exit     int

	first, last int // the script's lines first to last-1, from 0, are the exact output
	got         []string
}

// run carries the step out and compares.
func (st *step) run(t *testing.T, root string) {
	t.Helper()
	args, err := words(strings.ReplaceAll(st.command, "$ROOT", root))
	if err != nil || len(args) == 0 || args[0] != "sallyport" {
		t.Fatalf("line %d: %q is not a command of ours: %v", st.line, st.command, err)
	}
	got := start(t, strings.Join(st.stdin, "\n"), args[1:]...)
	hide := func(s string) string { return strings.ReplaceAll(s, root, "$ROOT") }
	stdout, stderr := hide(got.out), hide(got.err)
	if got.exit != st.exit {
		t.Errorf("line %d: $ %s\nexit %d, want %d; stderr: %s", st.line, st.command, got.exit, st.exit, stderr)
	}
	st.got = lines(stdout)
	if shown := len(st.out) > 0; (shown && !*update || !shown && len(st.outMatch) == 0) && !equal(st.got, st.out) {
		t.Errorf("line %d: $ %s\nstdout:\n%s\nwant:\n%s", st.line, st.command, stdout, strings.Join(st.out, "\n"))
	}
	if len(st.errMatch) == 0 && !equal(lines(stderr), st.err) {
		t.Errorf("line %d: $ %s\nstderr:\n%s\nwant:\n%s", st.line, st.command, stderr, strings.Join(st.err, "\n"))
	}
	for _, want := range []struct {
		patterns   []string
		text, name string
	}{{st.outMatch, stdout, "stdout"}, {st.errMatch, stderr, "stderr"}} {
		for _, p := range want.patterns {
			re, err := regexp.Compile("(?m)" + p)
			if err != nil {
				t.Fatalf("line %d: %v", st.line, err)
			}
			if !re.MatchString(want.text) {
				t.Errorf("line %d: $ %s\n%s does not match %q:\n%s", st.line, st.command, want.name, p, want.text)
			}
		}
	}
	if st.exit == exitBadInput {
		if n := len(lines(stderr)); n != 1 {
			t.Errorf("line %d: $ %s\n%d lines on stderr, want one:\n%s", st.line, st.command, n, stderr)
		}
		if stdout != "" {
			t.Errorf("line %d: $ %s\nrefused, and yet it printed:\n%s", st.line, st.command, stdout)
		}
	}
}

// outcome is what a command did.
type outcome struct {
	out, err string
	exit     int
}

// start runs the program in this process: no terminal, no colours, a clock
// that stands still.
func start(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	s := &streams{
		in: strings.NewReader(stdin), out: &out, err: &errs,
		env: func(string) string { return "" },
		now: func() time.Time { return time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC) },
	}
	exit := run(context.Background(), s, args)
	return outcome{out.String(), errs.String(), exit}
}

// parseSteps reads the commands of a script.
func parseSteps(script string) []*step {
	var steps []*step
	var st *step
	all := strings.Split(strings.TrimSuffix(script, "\n"), "\n")
	for i, line := range all {
		mark, rest, marked := cutMark(line)
		switch {
		case mark == "$":
			st = &step{line: i + 1, command: rest}
			steps = append(steps, st)
		case st == nil || (mark == "#" && len(st.out) == 0):
		case mark == "stdin>":
			st.stdin = append(st.stdin, rest)
		case mark == "stdout~":
			st.outMatch = append(st.outMatch, rest)
		case mark == "stderr>":
			st.err = append(st.err, rest)
		case mark == "stderr~":
			st.errMatch = append(st.errMatch, rest)
		case mark == "exit":
			fmt.Sscan(rest, &st.exit)
		case !marked && (line != "" || len(st.out) > 0):
			if len(st.out) == 0 {
				st.first = i
			}
			st.out = append(st.out, line)
			if line != "" {
				st.last = i + 1
			}
		}
	}
	for _, st := range steps {
		for len(st.out) > 0 && st.out[len(st.out)-1] == "" {
			st.out = st.out[:len(st.out)-1]
		}
	}
	return steps
}

// cutMark splits a marked line.
func cutMark(line string) (mark, rest string, ok bool) {
	for _, mark := range []string{"$", "#", "stdin>", "stdout~", "stderr>", "stderr~", "exit"} {
		if rest, ok := strings.CutPrefix(line, mark+" "); ok {
			return mark, rest, true
		}
	}
	return "", line, false
}

// words splits a command as a shell would: blanks, single and double quotes.
func words(command string) ([]string, error) {
	var all []string
	var word strings.Builder
	var quote rune
	open := false
	for _, r := range command {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, open = r, true
		case r == ' ':
			if open {
				all = append(all, word.String())
				word.Reset()
				open = false
			}
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if quote != 0 {
		return nil, errors.New("a quote is not closed")
	}
	if open {
		all = append(all, word.String())
	}
	return all, nil
}

// splitFiles takes the files at the end of a script from it.
func splitFiles(text string) (script string, files map[string]string) {
	files = map[string]string{}
	name := ""
	for line := range strings.SplitAfterSeq(text, "\n") {
		if n, ok := strings.CutPrefix(line, "-- "); ok {
			if n, ok = strings.CutSuffix(strings.TrimSpace(n), " --"); ok {
				name = n
				files[name] = ""
				continue
			}
		}
		if name == "" {
			script += line
		} else {
			files[name] += line
		}
	}
	return script, files
}

var (
	repeated = regexp.MustCompile(`TEXT\{([^{}]*)\}\{(\d+)\}`)
	raw      = regexp.MustCompile(`BYTES\{([0-9a-f]*)\}`)
)

// expand writes out what a file holds many times, and bytes that are no text.
func expand(content string) string {
	content = repeated.ReplaceAllStringFunc(content, func(s string) string {
		m := repeated.FindStringSubmatch(s)
		var n int
		fmt.Sscan(m[2], &n)
		return strings.Repeat(m[1], n)
	})
	return raw.ReplaceAllStringFunc(content, func(s string) string {
		b, err := hex.DecodeString(raw.FindStringSubmatch(s)[1])
		if err != nil {
			panic(err) // the script is wrong
		}
		return string(b)
	})
}

// rewrite puts what was printed in place of the exact output of each step.
func rewrite(t *testing.T, path, text string, steps []*step) {
	t.Helper()
	all := strings.Split(text, "\n")
	for i := len(steps) - 1; i >= 0; i-- {
		st := steps[i]
		if len(st.out) == 0 {
			continue // what is not shown need not be
		}
		rest := append([]string{}, all[st.last:]...)
		all = append(append(all[:st.first], st.got...), rest...)
	}
	if err := os.WriteFile(path, []byte(strings.Join(all, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// lines splits output into lines without the last line break and without the
// blanks at line ends.
func lines(s string) []string {
	s = strings.TrimRight(s, "\n")
	if s == "" {
		return nil
	}
	all := strings.Split(s, "\n")
	for i := range all {
		all[i] = strings.TrimRight(all[i], " ")
	}
	return all
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != strings.TrimRight(b[i], " ") {
			return false
		}
	}
	return true
}
