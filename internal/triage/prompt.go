package triage

import (
	"fmt"
	"time"
)

// fatigue looks for a flood of prompts that a person denied or did not answer,
// and for the one that was accepted in the end. Prompts that a managed device
// raised, or that came from a familiar place, are the person's own trouble with
// the phone.
type fatigue struct {
	t *lane
	w *windows[uint32]
}

func newFatigue(t *lane) *fatigue {
	return &fatigue{t, newWindows[uint32](t, max(t.thresholds.MFAFatigue.Window, t.thresholds.MFAFatigue.SuccessWithin))}
}

func (f *fatigue) wants() trait { return mfaFailed | mfaFresh }

func (f *fatigue) see(e *event) {
	if e.who == 0 || e.traits.has(managed) || e.traits.has(mfaWrongCode) {
		return
	}
	th := &f.t.thresholds.MFAFatigue
	if e.traits.has(mfaFresh) {
		f.completed(e)
		return
	}
	if !f.t.familiar.strange(e) {
		return
	}
	tr := f.w.at(e.who, e.at)
	if tr.open != nil {
		tr.open.add(e, f.t.thresholds.Evidence)
		return
	}
	tr.push(e)
	prompts := 0
	for i := range tr.recent {
		if e.at-tr.recent[i].at <= th.Window.milliseconds() {
			prompts += int(tr.recent[i].prompts)
		}
	}
	if prompts >= th.Prompts {
		f.w.begin(tr, &episode{kind: MFAFatigue, severity: Medium, window: th.Window, why: f.why, judge: func(ep *episode) bool { return 2*f.t.strangers(ep) >= ep.count }})
	}
}

// completed raises a flood that ended with a prompt that was accepted.
func (f *fatigue) completed(e *event) {
	tr := f.w.peek(e.who, e.at)
	if tr == nil || tr.open == nil || e.at-tr.open.last > f.t.thresholds.MFAFatigue.SuccessWithin.milliseconds() {
		return
	}
	tr.open.add(e, f.t.thresholds.Evidence)
	tr.open.hits.add(e.who, 1)
	tr.open.severity = High
}

func (f *fatigue) why(ep *episode) string {
	span := time.Duration(ep.last-ep.first) * time.Millisecond
	why := fmt.Sprintf("%s prompts of %s were denied or not answered within %s, from %s (%s) and no managed device. The password is known to whoever asks.",
		itoa(ep.count-ep.hits.len()), f.t.name(ep.people.list[0]), round(span), plural(ep.addresses.len(), "address", "addresses"), listCountries(ep))
	if ep.hits.len() > 0 {
		why += " Then a prompt was accepted: end the sessions and change the password."
	}
	return why
}

func (f *fatigue) end() { f.w.end() }

// denials looks for a prompt that a person denied, or reported as fraud. One is
// enough, since somebody had the right password; but a person may also press the
// wrong button at a familiar place.
type denials struct {
	t *lane
	w *windows[uint32]
}

func newDenials(t *lane) *denials { return &denials{t, newWindows[uint32](t, day)} }

func (d *denials) wants() trait { return mfaDeclined }

func (d *denials) see(e *event) {
	fraud := e.traits.has(mfaFraud)
	if e.who == 0 || !fraud && !d.t.familiar.strange(e) {
		return
	}
	tr := d.w.at(e.who, e.at)
	if tr.open == nil {
		tr.push(e)
		d.w.begin(tr, &episode{kind: MFADenied, severity: Medium, why: d.why, judge: func(ep *episode) bool {
			return ep.severity == High || d.t.strangers(ep) > 0
		}})
	} else {
		tr.open.add(e, d.t.thresholds.Evidence)
	}
	if fraud {
		tr.open.severity = High
	}
}

func (d *denials) why(ep *episode) string {
	did := "denied"
	if ep.severity == High {
		did = "denied, and reported as fraud,"
	}
	return fmt.Sprintf("%s %s a prompt from %s where they are a stranger. Whoever asked had the right password.",
		d.t.name(ep.people.list[0]), did, listCountries(ep))
}

func (d *denials) end() { d.w.end() }
