package logs

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// usage is what one whole process took.
type usage struct {
	wall, cpu time.Duration
	peak      int64 // bytes resident at most; 0: not told
}

// run runs a program to its end. Exit status 1 is an answer, not a failure.
func run(name string, args ...string) (usage, error) {
	cmd := exec.Command(name, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, err
	}
	done := make(chan struct{})
	peak := watch(cmd.Process.Pid, done)
	err := cmd.Wait()
	u := usage{wall: time.Since(start)}
	close(done)
	u.peak = <-peak
	if s, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.cpu = time.Duration(s.Utime.Nano() + s.Stime.Nano())
	}
	if err != nil && cmd.ProcessState.ExitCode() != 1 {
		return u, fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return u, nil
}

// watch asks now and then how much memory a process had resident at most. What
// the system tells of a process that has ended counts what its parent had when
// it was started, too.
func watch(pid int, done <-chan struct{}) <-chan int64 {
	peak := make(chan int64, 1)
	go func() {
		var most int64
		for {
			most = max(most, resident(pid))
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return peak
}

// resident reads a process's high-water mark, in bytes; 0 where there is none.
func resident(pid int) int64 {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.ParseInt(kilobytes, 10, 64)
	if err != nil {
		return 0
	}
	return n << 10
}
