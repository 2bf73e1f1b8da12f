package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"
)

// What must hold, as parts of the bounds, and of start and memory.
const (
	signInTarget  = 0.85
	refreshTarget = 0.60
	startTarget   = 300 * time.Millisecond
	memoryTarget  = 80 << 20
)

// Options say how to measure.
type Options struct {
	// Binary is the program; empty: it is built.
	Binary string
	// Dir is where data is kept while measuring; it must be on the disk that
	// is to be measured, not in memory.
	Dir string
	// Time is how long each load lasts.
	Time time.Duration
}

// run is one measurement of a server.
type run struct {
	Options
	out, progress io.Writer
	org           organisation
	server        *process
	driver        *driver
	person        atomic.Int64 // the next one to sign in
}

// Table measures the server and prints what came out; progress goes to
// progress.
func Table(out, progress io.Writer, o Options) (err error) {
	dir, err := os.MkdirTemp(o.Dir, "sallyport-bench-server-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if o.Binary == "" {
		fmt.Fprintln(progress, "building the program")
		if o.Binary, err = Build(dir); err != nil {
			return err
		}
	}
	r := &run{Options: o, out: out, progress: progress}
	fmt.Fprintln(progress, "preparing the data")
	data := filepath.Join(dir, "data")
	if r.org, err = prepare(context.Background(), data, max(1000, int(o.Time/time.Second)*400)); err != nil {
		return err
	}
	if err := r.starts(dir, data); err != nil {
		return err
	}
	if r.server, err = start(o.Binary, data, discovery); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.server.stop()) }()
	r.driver = newDriver(r.server.origin, r.org)
	if err := r.loads(); err != nil {
		return err
	}
	return r.flood()
}

// discovery is answered once store, keys and routes are there.
const discovery = "/" + domain + "/v2.0/.well-known/openid-configuration"

// starts measures start and memory, on an empty folder and on the prepared one.
func (r *run) starts(dir, data string) error {
	fmt.Fprintln(r.progress, "starting servers")
	const times = 7
	fmt.Fprintf(r.out, "Start to first answered request, median (and slowest) of %d; memory then\n\n", times)
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "data\tready\tslowest\tresident\ttarget\n")
	for _, one := range []struct {
		name, path string
		folder     func(int) string
	}{
		{"none yet (makes keys and tables)", "/healthz", func(n int) string { return filepath.Join(dir, fmt.Sprintf("new%d", n)) }},
		{fmt.Sprintf("%d people, %d policies", len(r.org.people), policies), discovery, func(int) string { return data }},
	} {
		var ready []time.Duration
		var resident []int64
		for n := range times {
			p, err := start(r.Binary, one.folder(n), one.path)
			if err != nil {
				return err
			}
			memory, err := p.resident()
			if err := errors.Join(err, p.stop()); err != nil {
				return err
			}
			ready, resident = append(ready, p.ready), append(resident, memory)
		}
		slices.Sort(ready)
		slices.Sort(resident)
		met := ready[times/2] < startTarget && resident[times/2] < memoryTarget
		fmt.Fprintf(w, "%s\t%d ms\t%d ms\t%d MB\t< %d ms, < %d MB: %s\n", one.name, ready[times/2].Milliseconds(), ready[times-1].Milliseconds(),
			resident[times/2]>>20, startTarget.Milliseconds(), memoryTarget>>20, verdict(met))
	}
	return w.Flush()
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "MISSED"
}

// scenario is one kind of load.
type scenario struct {
	name   string
	bound  func(bounds) bound
	weight float64 // how often the bound's thing is done for one
	target float64
	do     func(worker int) error
}

// loads measures the three kinds of load and prints them beside the bounds.
func (r *run) loads() error {
	tokens, err := r.tokens()
	if err != nil {
		return err
	}
	hash, signature := func(b bounds) bound { return b.hash }, func(b bounds) bound { return b.signature }
	scenarios := []scenario{
		{"password sign-in, to the code", hash, 1, signInTarget, func(int) error { _, _, err := r.signIn(); return err }},
		{"password sign-in, code redeemed", hash, 1, 0, func(int) error {
			b, code, err := r.signIn()
			if err == nil {
				_, err = b.redeem(code)
			}
			return err
		}},
		{"refresh", signature, 2, refreshTarget, func(worker int) error { return tokens[worker].next() }},
		{"client credentials", signature, 1, refreshTarget, func(worker int) error { return tokens[worker].clientCredentials() }},
	}
	fmt.Fprintf(r.out, "\nThroughput of the whole machine, %d cores, load generator on the same cores; %d policies, full durability\n\n", runtime.NumCPU(), policies)
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tbound/s\tmeasured/s\tof bound\tserver CPU\tdriver CPU\tof bound by server CPU\ttarget")
	var fast []string
	for _, s := range scenarios {
		fmt.Fprintln(r.progress, "measuring", s.name)
		line, quantiles, err := r.load(s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Fprintln(w, line)
		fast = append(fast, quantiles)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(r.out, "\nLatency at half of that rate, from when each was due\n\n")
	fmt.Fprintln(w, "what\tper second\tp50\tp95\tp99")
	for _, line := range fast {
		fmt.Fprintln(w, line)
	}
	return w.Flush()
}

// load measures one scenario between two measurements of its bound.
func (r *run) load(s scenario) (throughput, latency string, err error) {
	if err := s.do(0); err != nil { // the first of a kind fills caches
		return "", "", err
	}
	before, err := machine(r.Time / 4)
	if err != nil {
		return "", "", err
	}
	full, err := r.server.saturate(workers, r.Time, s.do)
	if err != nil {
		return "", "", err
	}
	after, err := machine(r.Time / 4)
	if err != nil {
		return "", "", err
	}
	b := s.bound(before.and(after))
	part, partCPU := full.rate()*s.weight/b.rate, float64(b.cpu)*s.weight/float64(full.server)
	target := "-"
	if s.target > 0 {
		target = fmt.Sprintf("≥ %.0f %%: %s", 100*s.target, verdict(part >= s.target && partCPU >= s.target))
		if part < s.target && partCPU >= s.target {
			target = fmt.Sprintf("≥ %.0f %%: met by server CPU", 100*s.target)
		}
	}
	if change := s.bound(after).rate / s.bound(before).rate; change > 1.2 || change < 1/1.2 {
		target += fmt.Sprintf(" (others use the machine: the bound went from %.0f to %.0f)", s.bound(before).rate/s.weight, s.bound(after).rate/s.weight)
	}
	throughput = fmt.Sprintf("%s\t%.1f\t%.1f\t%.0f %%\t%s\t%s\t%.0f %%\t%s", s.name, b.rate/s.weight, full.rate(), 100*part, ms(full.server), ms(full.driver), 100*partCPU, target)
	var turn atomic.Int64
	half, err := r.server.arrive(full.rate()/2, r.Time/2, func(int) error { return s.do(int(turn.Add(1)) % workers) })
	if err != nil {
		return "", "", err
	}
	latency = fmt.Sprintf("%s\t%.0f\t%s\t%s\t%s", s.name, full.rate()/2, ms(half.quantile(.5)), ms(half.quantile(.95)), ms(half.quantile(.99)))
	return throughput, latency, nil
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }

// workers is how many things are under way when the server is driven as fast as
// it goes.
const workers = 16

// signIn signs the next person in, in a fresh browser.
func (r *run) signIn() (*browser, string, error) {
	person := int(r.person.Add(1)) % len(r.org.people)
	b := r.driver.browser(person)
	code, err := b.signIn(person)
	return b, code, err
}

// holder holds a refresh token.
type holder struct {
	*browser
	mu    sync.Mutex
	token string
}

// next uses the refresh token and keeps the one that comes.
func (h *holder) next() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	token, err := h.refresh(h.token)
	if err == nil {
		h.token = token
	}
	return err
}

// tokens signs somebody in for each worker.
func (r *run) tokens() ([]*holder, error) {
	var list []*holder
	for range workers {
		b, code, err := r.signIn()
		if err != nil {
			return nil, err
		}
		token, err := b.redeem(code)
		if err != nil {
			return nil, err
		}
		list = append(list, &holder{browser: b, token: token})
	}
	return list, nil
}
