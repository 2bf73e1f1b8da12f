package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Build builds the program and returns its path. It runs in the repository, or
// in any folder of it.
func Build(dir string) (string, error) {
	gomod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	root := filepath.Dir(strings.TrimSpace(string(gomod)))
	if filepath.Base(root) == "bench" {
		root = filepath.Dir(root)
	}
	path := filepath.Join(dir, "sallyport")
	cmd := exec.Command("go", "build", "-trimpath", "-o", path, "./cmd/sallyport")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w: %s", err, bytes.TrimSpace(out))
	}
	return path, nil
}

// process is a running server.
type process struct {
	cmd    *exec.Cmd
	origin string
	log    *os.File
	ready  time.Duration // from start to the first answered request
}

// start starts a server on a data folder and waits for its first answer to path.
func start(binary, data, path string) (*process, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(data + ".log")
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	p := &process{origin: "http://" + address, log: log}
	p.cmd = exec.Command(binary, "serve", "--listen", address, "--data", data, "--proxies", "127.0.0.0/8")
	p.cmd.Stdout, p.cmd.Stderr = log, log
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the server: %w", err), log.Close())
	}
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for time.Since(began) < 20*time.Second {
		answer, err := client.Get(p.origin + path)
		if err == nil {
			p.ready = time.Since(began)
			_, err = io.Copy(io.Discard, answer.Body)
			if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != http.StatusOK {
				return nil, errors.Join(fmt.Errorf("the server's first answer has status %d", answer.StatusCode), err, p.stop())
			}
			return p, nil
		}
		time.Sleep(time.Millisecond)
	}
	return nil, errors.Join(fmt.Errorf("the server does not answer; its log is %s", log.Name()), p.stop())
}

// freePort returns a port that nobody listens on.
func freePort() (int, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// stop ends the server as an operator does.
func (p *process) stop() error {
	err := p.cmd.Process.Signal(os.Interrupt)
	if err == nil {
		err = p.cmd.Wait()
	}
	return errors.Join(err, p.log.Close())
}

// clockTick is the unit of times in /proc, which is the same wherever Linux
// runs Go.
const clockTick = 10 * time.Millisecond

// cpu is the processor time that the server took so far.
func (p *process) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("measure the server (this takes Linux): %w", err)
	}
	// The second field is the name in parentheses, which may hold spaces.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("measure the server: /proc/…/stat has %d fields", len(fields))
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * clockTick, errors.Join(err1, err2)
}

// resident is the server's memory in bytes.
func (p *process) resident() (int64, error) {
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("measure the server (this takes Linux): %w", err)
	}
	fields := strings.Fields(string(statm))
	if len(fields) < 2 {
		return 0, fmt.Errorf("measure the server: /proc/…/statm is %q", statm)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// watch looks at the server's memory until the returned function is called,
// which returns the most that was seen.
func (p *process) watch() func() int64 {
	stop, most := make(chan struct{}), make(chan int64)
	go func() {
		var peak int64
		for {
			if now, err := p.resident(); err == nil {
				peak = max(peak, now)
			}
			select {
			case <-stop:
				most <- peak
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() int64 { close(stop); return <-most }
}

// ownCPU is the processor time that this process took so far.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
