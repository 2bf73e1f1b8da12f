package main

import (
	"os"
	"strings"
	"testing"
)

// TestReadme runs every command of the README that stands in a console block
// and compares what is shown below it. `go run ./cmd/sallyport` runs here.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile("README.md")
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
			t.Fatalf("README.md: line %d: want a block of one command that begins: $ go run ./cmd/sallyport", i+2)
		}
		args, err := words(command)
		if err != nil {
			t.Fatal(err)
		}
		got := start(t, "", args...)
		if got.exit == exitBadInput || got.err != "" {
			t.Errorf("README.md: %s: exit %d: %s", all[i+1], got.exit, got.err)
		}
		if want := all[i+2 : end]; !*update && !equal(lines(got.out), want) {
			t.Errorf("README.md: %s\nprints:\n%s\nthe page shows:\n%s\n(make update writes it)", all[i+1], got.out, strings.Join(want, "\n"))
		}
		ran++
		shown = append(append(shown, all[i+1]), lines(got.out)...)
		shown = append(shown, "```")
		i = end
	}
	if ran == 0 {
		t.Error("README.md has no command to run")
	}
	if *update && !t.Failed() {
		if err := os.WriteFile("README.md", []byte(strings.Join(shown, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
