package signin_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
)

// anything returns an input that answers any page in some way, but proves
// nothing beyond the secrets it is given.
func anything(random *rand.Rand, secrets ...string) signin.Input {
	actions := []signin.Action{signin.ActionContinue, signin.ActionContinue, signin.ActionContinue, signin.ActionSwitch, signin.ActionAccept, signin.ActionDecline, signin.ActionRetry, signin.ActionOtherAccount}
	pages := []signin.Page{
		signin.PageAccount, signin.PagePassword, signin.PagePass, signin.PagePasskey, signin.PageCode, signin.PageEnrol, signin.PageEnrolCode, signin.PageEnrolPasskey,
		signin.PageChangePassword, signin.PageDevice, signin.PageTerms, signin.PageConsent, signin.PageKeepSignedIn, signin.PageRefusal, "done", "",
	}
	texts := append([]string{"", "x", "000000", "ann@contoso.example", "nobody@contoso.example"}, secrets...)
	text := func() string { return texts[random.IntN(len(texts))] }
	return signin.Input{
		Action: actions[random.IntN(len(actions))], Page: pages[random.IntN(len(pages))], Account: text(), Name: text(), Password: text(),
		NewPassword: text(), Repeated: text(), Code: text(), Passkey: []byte(text()), Label: text(),
	}
}

// Whatever is posted to whatever page, nobody gets further than their proofs.
func TestNoStepWithoutTheOnesBefore(t *testing.T) {
	walk := func(t *testing.T, w *world, seed uint64, allowed []signin.Page, secrets ...string) {
		random := rand.New(rand.NewPCG(seed, 1))
		b := w.browser().begin(w.request())
		for range 25 {
			step := b.answer.Step
			if step == nil || !slices.Contains(allowed, step.Page) {
				t.Fatalf("seed %d got to %s", seed, b.describe())
			}
			if step.Page != signin.PageRefusal && step.User != nil && step.User.DisplayName != "" && len(secrets) == 0 {
				t.Fatalf("seed %d: the page tells who that is", seed)
			}
			w.now = w.now.Add(time.Second)
			b.post(anything(random, secrets...))
		}
	}
	firstPages := []signin.Page{signin.PageAccount, signin.PagePassword, signin.PagePass, signin.PagePasskey}
	w := newWorld(t)
	w.totp(&w.ann)
	w.policy("mfa", "enabled", "", needMFA, "")
	w.settings(lockNever)
	for seed := range uint64(6) {
		walk(t, w, seed, firstPages)
		walk(t, w, seed, append(firstPages, signin.PageCode, signin.PageRefusal), password)
	}
	for _, code := range w.codes() {
		if code == 0 {
			t.Fatal("somebody got in")
		}
	}
}

func TestHopIsGoodOnce(t *testing.T) {
	w := newWorld(t)
	b := w.browser().begin(w.request())
	var used []signin.Answer
	for _, in := range []signin.Input{{Name: "ann@contoso.example"}, {Password: "wrong"}, {Action: signin.ActionSwitch, Page: signin.PagePass}, {Action: signin.ActionOtherAccount}, {Name: "ann@contoso.example"}, {Password: password}} {
		used = append(used, b.answer)
		b.post(in)
	}
	last := b.answer
	for i, answer := range used {
		b.answer = answer
		b.post(signin.Input{Password: password}).wantRefusal(50089)
		if !b.answer.Step.Passing || b.answer.Step.Hop == "" {
			t.Errorf("hop %d: its owner cannot go on", i)
		}
	}
	b.answer = last
	b.finish()
	// The attempt is over: no hop of it leads anywhere.
	for _, answer := range used {
		b.answer = answer
		b.post(signin.Input{Password: password}).wantRefusal(50089)
	}
	_, hop, _ := strings.Cut(last.Return, "hop=")
	if b.got(w.p.Finish(t.Context(), b.caller, hop)); b.answer.Step == nil || b.answer.Step.Code != 50089 {
		t.Errorf("finished twice: %s", b.describe())
	}
}

// Of several that post the same hop at once, or finish at once, one gets on.
func TestRaces(t *testing.T) {
	w := newWorld(t)
	b := w.browser().begin(w.request()).post(signin.Input{Name: "ann@contoso.example"})
	var wg sync.WaitGroup
	answers := make([]signin.Answer, 4)
	for i := range answers {
		wg.Go(func() {
			answer, err := w.p.Submit(t.Context(), b.caller, b.answer.Step.Hop, signin.Input{Password: password})
			if err != nil {
				t.Error(err)
			}
			answers[i] = answer
		})
	}
	wg.Wait()
	var on []signin.Answer
	for _, a := range answers {
		if a.Return != "" && a.Cookies.Session != nil {
			on = append(on, a)
		} else if a.Step == nil || a.Step.Code != 50089 {
			t.Errorf("answer %+v", a)
		}
	}
	if len(on) != 1 {
		t.Fatalf("%d of 4 got on", len(on))
	}
	_, hop, _ := strings.Cut(on[0].Return, "hop=")
	issued := make(chan error, 4)
	for range 4 {
		wg.Go(func() {
			answer, err := w.p.Finish(t.Context(), b.caller, hop)
			if err != nil || answer.Grant == nil {
				issued <- err
				return
			}
			err = answer.Grant.Commit(t.Context(), signin.Issued{}, func(context.Context) error { return nil })
			if err == nil {
				err = errIssued
			}
			issued <- err
		})
	}
	wg.Wait()
	close(issued)
	n := 0
	for err := range issued {
		switch {
		case errors.Is(err, errIssued):
			n++
		case err != nil && !errors.Is(err, fault.Conflict):
			t.Error(err)
		}
	}
	if n != 1 {
		t.Errorf("%d were issued", n)
	}
}

var errIssued = errors.New("issued")

// A cookie that somebody planted before the sign-in gains nothing by it.
func TestSessionFixation(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.caller.Session = "planted"
	b.begin(w.request()).post(signin.Input{Name: "ann@contoso.example"}).post(signin.Input{Password: password}).finish()
	first := b.caller.Session
	if first == "planted" {
		t.Fatal("the planted cookie stayed")
	}
	// A new proof changes the key of a real session, too.
	w.now = w.now.Add(time.Minute)
	b.begin(w.request(func(r *signin.Request) { r.Prompt = signin.PromptLogin })).post(signin.Input{Password: password}).finish()
	if b.caller.Session == first {
		t.Error("the session kept its key")
	}
	for _, old := range []session.Secret{"planted", first} {
		thief := w.browser()
		thief.caller.Session = old
		if refusal := thief.begin(w.request(func(r *signin.Request) { r.Prompt = signin.PromptNone })).end(); refusal.Code != 50132 {
			t.Errorf("an old cookie: %d", refusal.Code)
		}
	}
	// The cookies of a finished sign-in do not open another's attempt.
	victim := w.browser().begin(w.request())
	thief := w.browser()
	thief.caller.Browser = b.caller.Browser
	thief.answer = victim.answer
	thief.post(signin.Input{Name: "ann@contoso.example"}).wantRefusal(50089)
}

// FuzzHop: no text that we did not sign opens anything or breaks the server.
func FuzzHop(f *testing.F) {
	f.Add("")
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, hop string) {
		answer, err := w.p.Show(context.Background(), signin.Caller{Browser: "b", RequestID: storetest.ID()}, hop)
		if err != nil || answer.Step == nil || answer.Step.Code != 50089 || answer.Step.Hop != "" {
			t.Errorf("hop %q: %+v, %v", hop, answer, err)
		}
	})
}
