// Package test holds the whole server to what others expect of it: the program
// is built and started as an operator starts it, other people's client
// libraries sign in at it, and a browser goes where a newcomer goes.
//
// What a test needs beside Go, Node with npm or Chromium, may be missing; then
// it is skipped and says so, or fails if SALLYPORT_REQUIRE_NODE or
// SALLYPORT_REQUIRE_BROWSER is set.
package test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	_ "github.com/sallyport-id/sallyport/internal/app" // what it is made of: when that changed, the tests run again
)

func TestMain(m *testing.M) {
	code := m.Run()
	closeChrome()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// givenProgram names a program to test in place of the one that is built: that
// of a release.
const givenProgram = "SALLYPORT_PROGRAM"

// built is the program under test, which is built once.
var built struct {
	sync.Once
	dir, path string
	err       error
}

// program builds the program and returns its path.
func program(t *testing.T) string {
	t.Helper()
	built.Do(func() {
		if built.path = os.Getenv(givenProgram); built.path != "" {
			return
		}
		if built.err = know("../cmd/sallyport/*.go", "clients/*"); built.err != nil {
			return
		}
		if built.dir, built.err = os.MkdirTemp("", "sallyport-test"); built.err != nil {
			return
		}
		built.path = filepath.Join(built.dir, "sallyport.exe")
		said, err := exec.Command("go", "build", "-o", built.path, "github.com/sallyport-id/sallyport/cmd/sallyport").CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("build the program: %w\n%s", err, said)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

// know looks at files that other processes will read, so that go test knows
// that the test depends on them and runs it again when they changed.
func know(patterns ...string) error {
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		if len(files) == 0 {
			return fmt.Errorf("there are no files %s", pattern)
		}
		for _, file := range files {
			if _, err := os.Stat(file); err != nil {
				return err
			}
		}
	}
	return nil
}

// server is the program, serving.
type server struct {
	*testing.T
	origin string
	data   string // its folder
}

// announced is the line in which the program says where it serves.
var announced = regexp.MustCompile(`(?m)^(?:Sallyport serves|Open) +(https?://[^/\s]+)`)

// start runs `sallyport serve` on a free port until the test ends.
func start(t *testing.T, flags ...string) *server {
	t.Helper()
	s := &server{T: t, data: filepath.Join(t.TempDir(), "var")}
	command := exec.Command(program(t), append([]string{"serve", "--listen", "localhost:0", "--data", s.data}, flags...)...)
	command.Env = withoutSettings(os.Environ())
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var complaints bytes.Buffer
	command.Stderr = &complaints
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// It stops as Ctrl-C stops it, and says that all went well.
		err := command.Process.Signal(os.Interrupt)
		if err = errors.Join(err, command.Wait()); err != nil {
			t.Errorf("the server ended with: %v", err)
		}
		if t.Failed() {
			t.Logf("the server's log:\n%s", complaints.String())
		}
	})
	lines := bufio.NewReader(out)
	for s.origin == "" {
		line, err := lines.ReadString('\n')
		if found := announced.FindStringSubmatch(line); found != nil {
			s.origin = found[1]
		} else if err != nil {
			t.Fatalf("the server does not say where it serves: %v", err)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // the rest of the guide
	return s
}

// withoutSettings drops what would change the server's configuration.
func withoutSettings(environment []string) []string {
	var kept []string
	for _, one := range environment {
		if !strings.HasPrefix(one, "SALLYPORT_") {
			kept = append(kept, one)
		}
	}
	return kept
}

// authority is the file of the certificate that clients must trust.
func (s *server) authority() string { return filepath.Join(s.data, "tls", "ca.crt") }

func (s *server) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}
