package logs

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sallyport-id/sallyport/internal/loggen"
)

// log is a file of Graph sign-in records, one a line, and the tenant whose
// policies decided them.
type log struct {
	name    string
	dir     string // holds the log and the tenant
	records int
	config  loggen.Config
	bytes   int64
}

func (l *log) path() string   { return filepath.Join(l.dir, "signins.jsonl") }
func (l *log) tenant() string { return filepath.Join(l.dir, "tenant") }

// days is how long the logs last.
const days = 30

// kinds are the logs that are measured: n small records, and a sixth as many
// large ones, so that both files have about the same size.
func kinds(dir string, n int) []*log {
	small := loggen.Config{Seed: 11, Policies: 200, OnlyApplied: true}
	large := loggen.Config{Seed: 12, Policies: 50}
	return []*log{
		newLog(dir, "a tenant of 200 policies, those that applied are recorded", n, small),
		newLog(dir, "a tenant of 50 policies, all recorded", n/6, large),
	}
}

func newLog(dir, name string, records int, c loggen.Config) *log {
	c.Days, c.Attacks, c.Start = days, 2, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	// Some 25 records a person and day; the log is cut off where it is full.
	c.Users = max(50, records/(days*25))
	return &log{name: name, dir: filepath.Join(dir, fmt.Sprintf("%d-of-%d", records, c.Policies)), records: records, config: c}
}

// generate writes the log and its tenant unless they are there from an earlier
// run.
func (l *log) generate() error {
	if info, err := os.Stat(l.path()); err == nil {
		l.bytes = info.Size()
		return nil
	}
	g, err := loggen.New(l.config)
	if err != nil {
		return err
	}
	if err := l.writeTenant(g); err != nil {
		return err
	}
	part := l.path() + ".part"
	f, err := os.Create(part)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := l.write(g, f); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(part, l.path())
}

func (l *log) write(g *loggen.Generator, f *os.File) error {
	w := bufio.NewWriterSize(f, 1<<20)
	var line []byte
	n := 0
	for r := range g.Records() {
		if n++; n > l.records {
			break
		}
		line = append(loggen.AppendGraph(line[:0], r), '\n')
		if _, err := w.Write(line); err != nil {
			return err
		}
		l.bytes += int64(len(line))
	}
	if n < l.records {
		return fmt.Errorf("%d people make %d records in %d days, expected %d", l.config.Users, n, days, l.records)
	}
	return w.Flush()
}

func (l *log) writeTenant(g *loggen.Generator) error {
	if err := os.MkdirAll(l.tenant(), 0o755); err != nil {
		return err
	}
	policies, directory := g.Tenant()
	for name, text := range map[string][]byte{"policies.json": policies, "directory.json": directory} {
		if err := os.WriteFile(filepath.Join(l.tenant(), name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
