package main

import (
	"fmt"
	"strings"

	"github.com/sallyport-id/sallyport/internal/explain"
	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/result"
)

// card tells of one cause.
func (p *explainPage) card(r *explain.Refusal) report.Card {
	c := report.Card{Title: fmt.Sprintf("%d  %s", r.ResultCode, r.Cause), Tone: causeTone(r)}
	c.Marks = []string{p.records(r.Count), p.people(r.UserCount), p.duration(r)}
	entry, known := r.Entry()
	if !known {
		c.Texts = []string{p.word("unknownCode", fmt.Sprint(r.ResultCode))}
	} else {
		c.Texts = []string{r.Summary}
		if !p.told[r.ResultCode] {
			c.Texts = append(c.Texts, r.Happened)
		}
		c.Marks = append(c.Marks, entry.FirstFactor.Label(p.language), p.word("risk", entry.BaseRisk.Label(p.language)))
	}
	c.Lists = append(c.Lists,
		report.List{Title: p.word("policies"), Items: p.policies(r)},
		report.List{Title: p.word("evidence"), Items: p.evidence(r)},
		p.remedies(r),
		report.List{Title: p.word("whoCan"), Items: p.fixers(entry, known)},
	)
	if !p.told[r.ResultCode] { // one paragraph per cause, but the steps are the code's
		if p.told == nil {
			p.told = map[int]bool{}
		}
		p.told[r.ResultCode] = true
		c.Lists = append(c.Lists,
			report.List{Title: result.Word(p.language, "column", "userSteps"), Items: r.UserSteps, Numbered: true},
			report.List{Title: result.Word(p.language, "column", "adminSteps"), Items: r.AdminSteps, Numbered: true})
	}
	c.Tables = p.reasons(r)
	return c
}

// policies say what each policy that refused wants, and by what it applied.
func (p *explainPage) policies(r *explain.Refusal) []string {
	var list []string
	for _, x := range r.Policies {
		name, wants := firstName(x.DisplayName, x.ID), strings.Join(x.Controls, ", ")
		if len(x.Missing) > 0 {
			wants = p.names.Replace(strings.Join(x.Missing, ", "))
		}
		switch {
		case wants == "":
			list = append(list, name)
		case len(x.Conditions) > 0:
			list = append(list, p.word("appliedBy", name, strings.Join(x.Conditions, ", "), wants))
		default:
			list = append(list, p.word("wants", name, wants))
		}
	}
	return list
}

func firstName(names ...string) string {
	for _, n := range names {
		if n != "" {
			return n
		}
	}
	return ""
}

// evidence is what the log shows of the cause.
func (p *explainPage) evidence(r *explain.Refusal) []string {
	list := []string{p.time(r.First)}
	if last := p.time(r.Last); last != list[0] {
		list[0] = p.word("whenText", list[0], last)
	}
	if r.Detail != "" {
		list = append(list, p.word("said", r.Detail))
	}
	add := func(label string, names []string, of int64) {
		if len(names) > 0 {
			list = append(list, label+": "+p.few(names, of))
		}
	}
	add(p.word("people"), r.Users, r.UserCount)
	add(p.word("apps"), namedCounts(r.Apps), int64(len(r.Apps)))
	add(p.word("countries"), namedCounts(r.Countries), int64(len(r.Countries)))
	add(p.word("clients"), namedCounts(r.Clients), int64(len(r.Clients)))
	switch s := r.Persistence; {
	case s.Repeated > 0:
		list = append(list, p.word("repeated", report.Count(s.Repeated), report.Count(s.Contexts)))
	case s.PassedLater > 0:
		list = append(list, p.word("passedLater", report.Count(s.PassedLater), report.Count(s.Contexts)))
	}
	if c := r.Recomputed; c != nil {
		list = append(list, p.word("recomputed", fmt.Sprint(c.Refused), fmt.Sprint(c.Records), fmt.Sprint(c.Granted), fmt.Sprint(c.Undetermined)))
	}
	add(p.word("such"), r.RecordIDs, r.Count)
	return list
}

// few lists the first names, and how many there are beyond them.
func (p *explainPage) few(names []string, of int64) string {
	shown := names[:min(len(names), shownFew)]
	text := strings.Join(shown, ", ")
	if n := of - int64(len(shown)); n > 0 {
		return p.word("more", text, report.Count(n))
	}
	return text
}

func namedCounts(list []replay.Named) []string {
	if len(list) == 1 {
		return []string{list[0].Name}
	}
	return countedNames(list)
}

// remedies are those that were tried. Where none is, the catalogue's steps say
// what helps as a rule.
func (p *explainPage) remedies(r *explain.Refusal) report.List {
	list := report.List{Title: p.word("remedies")}
	for i, x := range r.Remedies {
		if !x.Verified || i == shownRemedies {
			break
		}
		what := x.Tell(p.language, p.names.Replace)
		list.Items = append(list.Items, p.word("works", what, p.word("by."+x.By), fmt.Sprint(x.Works), fmt.Sprint(x.Of)))
	}
	if len(list.Items) == 0 && r.Recomputed != nil && r.Recomputed.Refused > 0 {
		list.Items = []string{p.word("nobody")}
	}
	return list
}

func (p *explainPage) fixers(e result.Entry, known bool) []string {
	if !known {
		return nil
	}
	var list []string
	for _, f := range e.Fixers {
		if f == result.FixerUser {
			list = append(list, p.word("by.user"))
		} else {
			list = append(list, f.Label(p.language))
		}
	}
	return list
}

// reasons are what each policy wanted and the first record showed.
func (p *explainPage) reasons(r *explain.Refusal) []report.CardTable {
	var tables []report.CardTable
	for _, x := range r.Policies {
		if len(x.Reasons) == 0 {
			continue
		}
		t := report.NewTable(p.word("condition"), p.word("wanted"), p.word("seen"))
		t.Give(1, 2)
		for _, reason := range x.Reasons {
			tone, mark := report.Unsure, "? "
			if reason.Satisfied != nil && *reason.Satisfied {
				tone, mark = report.Bad, "✓ "
			} else if reason.Satisfied != nil {
				tone, mark = report.Faint, "✗ "
			}
			t.Row(report.Toned(tone, mark+reason.Condition), report.Text(p.names.Replace(reason.Wanted)), report.Text(p.names.Replace(reason.Seen)))
		}
		tables = append(tables, report.CardTable{Title: p.word("reasons", firstName(x.DisplayName, x.ID)), Table: t})
	}
	return tables
}
