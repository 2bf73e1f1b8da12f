package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/app/demo"
)

// TestReadme does what the README says: the one command, the way through the
// pages, each row of the table, and the policy that is turned off meanwhile.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(text)
	dir := t.TempDir()
	w := &world{T: t, dir: dir, clock: &clock{now: time.Now()}}
	w.origin = serveAsShown(t, readme, dir)

	rows := regexp.MustCompile("(?m)^\\| ([^|]+) \\| `([^`]+)` \\| ([^|]*)\\| ([^|]+) \\|$").FindAllStringSubmatch(readme, -1)
	if len(rows) < 8 {
		t.Fatalf("the README's table has %d rows", len(rows))
	}
	for _, row := range rows {
		open, who, from, see := row[1], row[2], strings.TrimSpace(row[3]), row[4]
		t.Run(open+" "+who+" "+from, func(t *testing.T) {
			mine := *w
			mine.T = t
			p := mine.browser().as(guiseNamed(t, from)).open(appNamed(t, open), who)
			if name, in := strings.CutPrefix(see, "You are in "); in {
				p.in(name)
				return
			}
			p.wants("refusal").shows(regexp.MustCompile(`^\d+`).FindString(see))
		})
	}
	t.Run("refresh elsewhere", func(t *testing.T) {
		mine := *w
		mine.T = t
		b := mine.browser()
		b.open("portal", "alice").in("Portal")
		b.as(demo.Guise{Place: "sydney"}).send(http.MethodPost, w.origin+"/demo/refresh", url.Values{}).shows("AADSTS53003").shows("claims")
	})
	recomputed(t, dir)
	t.Run("policy disable", func(t *testing.T) {
		mine := *w
		mine.T = t
		command := regexp.MustCompile("`go run ./cmd/sallyport (policy [^`]+)`").FindStringSubmatch(readme)
		if command == nil {
			t.Fatal("the README turns no policy off")
		}
		run(t, dir, strings.Fields(command[1])...)
		mine.browser().as(demo.Guise{Place: "sydney"}).open("portal", "alice").in("Portal")
	})
}

// recomputed reads what the server recorded by the verbs that read logs: each
// decision comes out again as it was, from the tenant as it is exported.
func recomputed(t *testing.T, dir string) {
	t.Helper()
	log := filepath.Join(dir, "log.jsonl")
	if err := os.WriteFile(log, run(t, dir, "log", "export"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := string(run(t, dir, "explain", log, "-o", "json")); !strings.Contains(out, `"resultCode": 53003`) {
		t.Errorf("explain does not find the refusals in the export:\n%s", out)
	}
	run(t, dir, "tenant", "export", "snapshot")
	var replayed struct {
		Counts struct{ Records, Agree, Disagree, Undetermined int }
	}
	out := run(t, dir, "replay", log, "--tenant", "snapshot", "-o", "json")
	if err := json.Unmarshal(out, &replayed); err != nil {
		t.Fatal(err)
	}
	if c := replayed.Counts; c.Records < 10 || c.Agree != c.Records {
		t.Errorf("replay: %+v; it should agree with all:\n%s", c, out)
	}
}

// serveAsShown runs the command of the README's block in a folder, on a free
// port, until the test ends; it returns the address that is printed.
func serveAsShown(t *testing.T, readme, dir string) string {
	t.Helper()
	shown := regexp.MustCompile("(?m)^go run ./cmd/sallyport (serve .*)$").FindStringSubmatch(readme)
	if shown == nil {
		t.Fatal("the README does not run the server")
	}
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := exec.CommandContext(ctx, path, append(strings.Fields(shown[1]), "--listen", "localhost:0")...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	printed := bufio.NewScanner(out)
	address := ""
	for printed.Scan() {
		if found := regexp.MustCompile(`http://localhost:\d+`).FindString(printed.Text()); found != "" {
			address = found
		}
		if strings.Contains(printed.Text(), "Ctrl-C") {
			break
		}
	}
	if address == "" {
		t.Fatal("the server prints no address")
	}
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait() // it says that it was interrupted
	})
	return address
}

// run runs a verb in a folder and returns what it prints.
func run(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); err != nil && code != 1 {
		t.Fatalf("sallyport %s: %v", strings.Join(args, " "), err)
	}
	return out
}

// appNamed returns the key of a sample app.
func appNamed(t *testing.T, name string) string {
	t.Helper()
	for key, shown := range demo.Apps() {
		if shown == name {
			return key
		}
	}
	t.Fatalf("there is no app %q", name)
	return ""
}

// guiseNamed returns the guise of a place, platform or device; empty: none.
func guiseNamed(t *testing.T, name string) demo.Guise {
	t.Helper()
	g, known := demo.Named(name)
	if !known {
		t.Fatalf("nobody can come from %q", name)
	}
	return g
}

// built is the folder of the program that the tests built; empty: none.
var built string

// program builds the program once for the tests that need a process.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sallyport-test-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "sallyport")
	out, err := exec.Command("go", "build", "-o", path, "../../cmd/sallyport").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built) // a folder of the system's for such things
	}
	os.Exit(code)
}
