package logs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// Options says what to measure.
type Options struct {
	Dir     string // where logs are kept between runs
	Records int    // of the log of 2 kB records; that of 12 kB records has a sixth
}

// Table generates the logs, builds the program and prints one table per log.
func Table(out, progress io.Writer, o Options) error {
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return err
	}
	sallyport := filepath.Join(o.Dir, "sallyport")
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/sallyport-id/sallyport").Output()
	if err != nil {
		return fmt.Errorf("find the module: %w", err)
	}
	// Built where its own go.mod holds: this module knows more dependencies.
	if err := build(strings.TrimSpace(string(root)), sallyport, "./cmd/sallyport"); err != nil {
		return err
	}
	tenant := filepath.Join(o.Dir, "tenant")
	if err := writeTenant(tenant); err != nil {
		return err
	}
	duckdb := filepath.Join(o.Dir, "duckdb")
	if err := build("", duckdb, "-tags=duckdb", "github.com/sallyport-id/sallyport/bench/logs/duckdb"); err != nil {
		fmt.Fprintln(progress, "without DuckDB:", err)
		duckdb = ""
	}
	for _, l := range []log{
		{name: "3 policies each", records: o.Records, policies: 3},
		{name: "50 policies each", records: o.Records / 6, policies: 50},
	} {
		l.path = filepath.Join(o.Dir, fmt.Sprintf("signins-%d-%d.jsonl", l.records, l.policies))
		fmt.Fprintln(progress, "writing", l.path)
		l, err := generate(l)
		if err != nil {
			return err
		}
		if err := measure(out, progress, l, sallyport, tenant, duckdb); err != nil {
			return err
		}
	}
	return nil
}

// build builds a program in a folder, or in this one if dir is empty.
func build(dir, binary string, args ...string) error {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return err
	}
	cmd := exec.Command("go", append([]string{"build", "-o", binary}, args...)...)
	cmd.Dir = dir
	if args[0] == "-tags=duckdb" {
		cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	}
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %.200s", err, text)
	}
	return nil
}

// program is a whole process to measure.
type program struct {
	name string
	args []string
}

func measure(out, progress io.Writer, l log, sallyport, tenant, duckdb string) error {
	ours, n, err := readOurs(l)
	if err != nil {
		return err
	}
	standard, m, err := readStandard(l)
	if err != nil {
		return err
	}
	if n != m || n != l.records {
		return fmt.Errorf("read %d and %d records of %d", n, m, l.records)
	}
	fmt.Fprintf(out, "\n%d records, %s, %d bytes each\n", l.records, l.name, l.bytes/int64(l.records))
	fmt.Fprintf(out, "reading into the record: %.1f s; encoding/json into the same struct: %.1f s; ratio %.1f\n", ours.Seconds(), standard.Seconds(), standard.Seconds()/ours.Seconds())
	programs := []program{
		{"sallyport triage", []string{sallyport, "triage", l.path, "-o", "json"}},
		{"sallyport explain", []string{sallyport, "explain", l.path, "-o", "json"}},
		{"sallyport replay, 200 policies", []string{sallyport, "replay", l.path, "--tenant", tenant, "-o", "json"}},
		{"jq, one group-by", []string{"jq", "-n", `reduce inputs as $r ({}; .[$r.status.errorCode|tostring] += 1)`, l.path}},
	}
	if duckdb != "" {
		programs = append(programs, program{"DuckDB, one group-by", []string{duckdb, l.path}})
	}
	return printTable(out, progress, programs)
}

func printTable(out, progress io.Writer, programs []program) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "whole process\twall s\tcpu s\tpeak MB\tratio of wall\t")
	base := 0.0
	for _, p := range programs {
		fmt.Fprintln(progress, "running", p.name)
		if _, err := exec.LookPath(p.args[0]); errors.Is(err, exec.ErrNotFound) {
			fmt.Fprintf(t, "%s\tnot installed\t\t\t\t\n", p.name)
			continue
		}
		u, err := run(p.args[0], p.args[1:]...)
		if err != nil {
			return err
		}
		if base == 0 {
			base = u.wall.Seconds()
		}
		fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%d\t%.1f\t\n", p.name, u.wall.Seconds(), u.cpu.Seconds(), u.peak>>20, u.wall.Seconds()/base)
	}
	return t.Flush()
}
