package main

import (
	"os"
	"strings"
	"testing"
)

// TestPages runs every command of the README and of the guides that stands in a
// console block and compares what is shown below it. `go run ./cmd/sallyport`
// runs here.
func TestPages(t *testing.T) {
	t.Chdir("../..")
	for _, page := range []string{"README.md", "doc/guide-53003.md"} {
		t.Run(page, func(t *testing.T) { runPage(t, page) })
	}
}

func runPage(t *testing.T, page string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(string(text), "\n")
	var shown []string
	ran := 0
	for i := 0; i < len(all); i++ {
		shown = append(shown, all[i])
		if all[i] != "```console" {
			continue
		}
		end := i + 1
		for end < len(all) && all[end] != "```" {
			end++
		}
		command, ok := strings.CutPrefix(all[i+1], "$ go run ./cmd/sallyport ")
		if !ok || end == len(all) {
			t.Fatalf("%s: line %d: want a block of one command that begins: $ go run ./cmd/sallyport", page, i+2)
		}
		args, err := words(command)
		if err != nil {
			t.Fatal(err)
		}
		got := start(t, "", args...)
		if got.exit == exitBadInput || got.err != "" {
			t.Errorf("%s: %s: exit %d: %s", page, all[i+1], got.exit, got.err)
		}
		if want := all[i+2 : end]; !*update && !equal(lines(got.out), want) {
			t.Errorf("%s: %s\nprints:\n%s\nthe page shows:\n%s\n(make update writes it)", page, all[i+1], got.out, strings.Join(want, "\n"))
		}
		ran++
		shown = append(append(shown, all[i+1]), lines(got.out)...)
		shown = append(shown, "```")
		i = end
	}
	if ran == 0 {
		t.Errorf("%s has no command to run", page)
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(page, []byte(strings.Join(shown, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
