package logs

import (
	"bufio"
	"encoding/json"
	"os"
	"time"

	"github.com/sallyport-id/sallyport/signinlog"
)

// readOurs reads a log into records and returns how many there were.
func readOurs(l *log) (time.Duration, int, error) {
	start := time.Now()
	r, err := signinlog.Open([]string{l.path()}, signinlog.Options{})
	if err != nil {
		return 0, 0, err
	}
	n := 0
	for _, err := range r.All() {
		if err != nil {
			return 0, 0, err
		}
		n++
	}
	return time.Since(start), n, r.Report().Err()
}

// readStandard reads the same log into the same struct with encoding/json.
func readStandard(l *log) (time.Duration, int, error) {
	start := time.Now()
	f, err := os.Open(l.path())
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	dec := json.NewDecoder(bufio.NewReaderSize(f, 1<<20))
	n := 0
	for dec.More() {
		var rec signinlog.Record
		if err := dec.Decode(&rec); err != nil {
			return 0, 0, err
		}
		n++
	}
	return time.Since(start), n, nil
}
