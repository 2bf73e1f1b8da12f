package logs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Options says what to measure.
type Options struct {
	Dir     string // where logs are kept between runs
	Records int    // of the log of small records; that of large ones has a sixth
	Rounds  int    // how often everything is run, in turn; the medians are told
}

// Table generates the logs, builds the programs and prints two tables per log:
// what everything took, and how that stands to what we aim at.
func Table(out, progress io.Writer, o Options) error {
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return err
	}
	b := &bench{out: out, progress: progress, rounds: max(1, o.Rounds)}
	if err := b.build(o.Dir); err != nil {
		return err
	}
	for _, l := range kinds(o.Dir, o.Records) {
		fmt.Fprintln(progress, "writing", l.path())
		if err := l.generate(); err != nil {
			return err
		}
		if err := b.measure(l); err != nil {
			return err
		}
	}
	return nil
}

// bench is one run of the measurement.
type bench struct {
	out, progress     io.Writer
	rounds            int
	sallyport, duckdb string // programs; duckdb may be empty
}

func (b *bench) build(dir string) error {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/sallyport-id/sallyport").Output()
	if err != nil {
		return fmt.Errorf("find the module: %w", err)
	}
	b.sallyport, b.duckdb = filepath.Join(dir, "sallyport"), filepath.Join(dir, "duckdb")
	// Built where its own go.mod holds: this module knows more dependencies.
	if err := build(strings.TrimSpace(string(root)), b.sallyport, "./cmd/sallyport"); err != nil {
		return err
	}
	if err := build("", b.duckdb, "-tags=duckdb", "github.com/sallyport-id/sallyport/bench/logs/duckdb"); err != nil {
		fmt.Fprintln(b.progress, "without DuckDB:", err)
		b.duckdb = ""
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

// What is measured, by name.
const (
	reading  = "reading into the record (in process)"
	standard = "encoding/json into the same struct (in process)"
	triage   = "sallyport triage"
	explain  = "sallyport explain"
	replay   = "sallyport replay"
	against  = "sallyport replay --against"
	duckDB   = "DuckDB, one group-by"
	unaided  = "DuckDB, finding the members by itself"
	jq       = "jq, one group-by"
)

// subject is one thing to measure.
type subject struct {
	name string
	run  func() (usage, error)
	runs []usage
	gone bool // the program is not installed
}

func (b *bench) subjects(l *log) []*subject {
	verb := func(name string, args ...string) *subject {
		return &subject{name: name, run: func() (usage, error) { return run(b.sallyport, append(args, "-o", "json")...) }}
	}
	list := []*subject{
		{name: reading, run: l.reader(readOurs)},
		{name: standard, run: l.reader(readStandard)},
		verb(triage, "triage", l.path()),
		verb(explain, "explain", l.path()),
		verb(replay, "replay", l.path(), "--tenant", l.tenant()),
		verb(against, "replay", l.path(), "--tenant", l.tenant(), "--against", l.tenant()),
		{name: jq, run: func() (usage, error) {
			return run("jq", "-n", `reduce inputs as $r ({}; .[$r.status.errorCode|tostring] += 1)`, l.path())
		}},
	}
	if b.duckdb != "" {
		list = append(list, &subject{name: duckDB, run: func() (usage, error) { return run(b.duckdb, l.path()) }},
			&subject{name: unaided, run: func() (usage, error) { return run(b.duckdb, l.path(), "find") }})
	}
	return list
}

// reader measures a reading in this process and wants every record to be found.
func (l *log) reader(read func(*log) (time.Duration, int, error)) func() (usage, error) {
	return func() (usage, error) {
		wall, n, err := read(l)
		if err == nil && n != l.records {
			err = fmt.Errorf("read %d records of %d", n, l.records)
		}
		return usage{wall: wall}, err
	}
}

// slow is what is measured in one round only: it takes so long that a second
// more or less does not matter.
func slow(name string) bool { return name == jq || name == standard }

func (b *bench) measure(l *log) error {
	list := b.subjects(l)
	for round := range b.rounds {
		for _, s := range list {
			if s.gone || round > 0 && slow(s.name) {
				continue
			}
			fmt.Fprintf(b.progress, "round %d of %d: %s\n", round+1, b.rounds, s.name)
			u, err := s.run()
			if errors.Is(err, exec.ErrNotFound) {
				s.gone = true
				continue
			}
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			s.runs = append(s.runs, u)
		}
	}
	fmt.Fprintf(b.out, "\n%d records of %d bytes: %s\n", l.records, l.bytes/int64(l.records), l.name)
	if err := b.printTimes(list); err != nil {
		return err
	}
	return b.printAims(list)
}

func (b *bench) printTimes(list []*subject) error {
	t := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tseconds\tof processors\tmost memory\t")
	for _, s := range list {
		switch u := s.median(); {
		case s.gone:
			fmt.Fprintf(t, "%s\tnot installed\t\t\t\n", s.name)
		case u.peak == 0:
			fmt.Fprintf(t, "%s\t%.2f\t\t\t\n", s.name, u.wall.Seconds())
		default:
			fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%d MB\t\n", s.name, u.wall.Seconds(), u.cpu.Seconds(), u.peak>>20)
		}
	}
	return t.Flush()
}

// median is the middle of each figure over the rounds.
func (s *subject) median() usage {
	if len(s.runs) == 0 {
		return usage{}
	}
	middle := func(of func(usage) int64) int64 {
		all := make([]int64, len(s.runs))
		for i, u := range s.runs {
			all[i] = of(u)
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return usage{
		wall: time.Duration(middle(func(u usage) int64 { return int64(u.wall) })),
		cpu:  time.Duration(middle(func(u usage) int64 { return int64(u.cpu) })),
		peak: middle(func(u usage) int64 { return u.peak }),
	}
}
