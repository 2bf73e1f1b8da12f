package logs

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// usage is what one whole process took.
type usage struct {
	wall, cpu time.Duration
	peak      int64 // bytes resident at most
}

// run runs a program to its end. Exit status 1 is an answer, not a failure.
func run(name string, args ...string) (usage, error) {
	cmd := exec.Command(name, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	err := cmd.Run()
	u := usage{wall: time.Since(start)}
	if s, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.cpu = time.Duration(s.Utime.Nano() + s.Stime.Nano())
		u.peak = s.Maxrss * 1024
	}
	if err != nil && cmd.ProcessState.ExitCode() != 1 {
		return u, fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return u, nil
}
