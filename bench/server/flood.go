package server

import (
	"errors"
	"fmt"
	"sync/atomic"
	"text/tabwriter"
	"time"
)

// floodFactor is how many times more passwords arrive in a flood than the
// machine can hash.
const floodFactor = 4

// refreshRate is how many others refresh meanwhile, in a second.
const refreshRate = 20

// waitingAttempt is a browser that shows the password page.
type waitingAttempt struct {
	*browser
	page page
}

// flood sends more passwords than can be hashed, all from people who were shown
// the password page, and looks at what becomes of them, of refreshes and of the
// server's memory meanwhile.
func (r *run) flood() error {
	fmt.Fprintln(r.progress, "measuring a flood of passwords")
	machine, err := machine(r.Time / 4)
	if err != nil {
		return err
	}
	rate, d := floodFactor*machine.hash.rate, r.Time/2
	attempts, err := r.attempts(int(rate*d.Seconds()) + 1)
	if err != nil {
		return err
	}
	tokens, err := r.tokens()
	if err != nil {
		return err
	}
	refresh := func(n int) error { return tokens[n%len(tokens)].next() }
	calm, err := r.server.arrive(refreshRate, d, refresh)
	if err != nil {
		return err
	}

	before, err := r.server.resident()
	if err != nil {
		return err
	}
	peak := r.server.watch()
	var in, shed atomic.Int64
	type result struct {
		load
		err error
	}
	others := make(chan result, 1)
	go func() {
		l, err := r.server.arrive(refreshRate, d, refresh)
		others <- result{l, err}
	}()
	flood, err := r.server.arrive(rate, d, func(n int) error {
		_, err := attempts[n].enter(attempts[n].page)
		switch {
		case err == nil:
			in.Add(1)
		case errors.Is(err, errShed):
			shed.Add(1)
		default:
			return err
		}
		return nil
	})
	meanwhile := <-others
	most := peak()
	if err := errors.Join(err, meanwhile.err); err != nil {
		return err
	}

	fmt.Fprintf(r.out, "\nA flood: %.0f passwords per second for %v, where %.0f can be hashed\n\n", rate, d, machine.hash.rate)
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "signed in\t%d\t%.0f per second, %.0f %% of the bound\n", in.Load(), float64(in.Load())/flood.wall.Seconds(), 100*float64(in.Load())/flood.wall.Seconds()/machine.hash.rate)
	fmt.Fprintf(w, "turned away (503)\t%d\t\n", shed.Load())
	fmt.Fprintf(w, "refreshes, before\tp50 %s\tp95 %s, p99 %s\n", ms(calm.quantile(.5)), ms(calm.quantile(.95)), ms(calm.quantile(.99)))
	fmt.Fprintf(w, "refreshes, meanwhile\tp50 %s\tp95 %s, p99 %s; %d of %d answered\n", ms(meanwhile.quantile(.5)), ms(meanwhile.quantile(.95)), ms(meanwhile.quantile(.99)),
		meanwhile.done, calm.done)
	fmt.Fprintf(w, "resident\t%d MB before\t%d MB at most\n", before>>20, most>>20)
	if err := w.Flush(); err != nil {
		return err
	}
	if shed.Load() == 0 {
		return errors.New("the flood turned nobody away: it was none")
	}
	return nil
}

// attempts brings so many people to the password page.
func (r *run) attempts(count int) ([]waitingAttempt, error) {
	list := make([]waitingAttempt, count)
	var next atomic.Int64
	_, err := r.server.measured(func(book *ledger) {
		done := make(chan struct{})
		for range workers {
			go func() {
				defer func() { done <- struct{}{} }()
				for n := int(next.Add(1)) - 1; n < count; n = int(next.Add(1)) - 1 {
					person := int(r.person.Add(1)) % len(r.org.people)
					b := r.driver.browser(person)
					began := time.Now()
					p, err := b.passwordPage(person)
					if !book.add(time.Since(began), err) {
						return
					}
					list[n] = waitingAttempt{b, p}
				}
			}()
		}
		for range workers {
			<-done
		}
	})
	return list, err
}
