package signinlog

import (
	"fmt"
	"slices"
	"strings"
)

// stepColumns are the columns of the file of authentication details that the
// admin centre lets download beside the sign-ins: in lower case, without spaces.
var stepColumns = vocabulary{
	"requestid": fieldID, "authenticationdate": fieldStepTime, "authenticationdate(utc)": fieldStepTime, "date(utc)": fieldStepTime, "date": fieldStepTime,
	"authenticationmethod": fieldStepMethod, "authenticationmethoddetail": fieldStepMethodDetail, "succeeded": fieldStepSucceeded,
	"resultdetail": fieldStepResult, "requirement": fieldStepRequirement,
	// Graph's names.
	"authenticationstepdatetime": fieldStepTime, "authenticationstepresultdetail": fieldStepResult, "authenticationsteprequirement": fieldStepRequirement,
}

// decideSteps reports whether the columns are those of authentication details.
func (c *columns) decideSteps() bool {
	fields := make([]field, len(c.names))
	var has [slots]bool
	for i, name := range c.names {
		fields[i] = stepColumns[strings.ToLower(strings.Join(strings.Fields(name), ""))]
		has[fields[i]] = true
	}
	if !has[fieldID] || !has[fieldStepMethod] || !has[fieldStepSucceeded] && !has[fieldStepResult] {
		return false
	}
	c.format, c.fields = FormatAuthenticationDetailsCSV, fields
	return true
}

// parseStep parses a record of authentication details: one step of the sign-in
// whose id it tells.
func (w *worker) parseStep(b *block, c *cells, begin int) {
	p := w.parser
	p.start(nil)
	p.begin(shapeUnknown)
	r := b.slot()
	r.AuthenticationDetails = extend(r.AuthenticationDetails)
	n, last := 0, false
	for ; !last; n++ {
		var cell []byte
		cell, last = c.next()
		if n >= len(b.columns.fields) || len(cell) == 0 {
			continue
		}
		p.b, p.i, p.cell = cell, 0, true
		p.stepCell(r, b.columns.fields[n])
	}
	p.cell = false
	key := w.keyOf(r.ID)
	reason := w.badRecord(b, c, n, begin)
	switch {
	case reason != "":
	case p.row.badTime != "":
		reason = p.row.badDate()
	case key == 0:
		reason = "found no request id, expected that of a sign-in"
	}
	if reason != "" {
		b.rows = append(b.rows, row{kind: rowIsBad, format: b.columns.format, text: reason, line: b.lineOf(begin)})
		b.drop()
		return
	}
	b.rows = append(b.rows, row{kind: rowIsStep, format: b.columns.format, record: int32(len(b.records) - 1), key: key})
}

func (p *parser) stepCell(r *Record, f field) {
	if f == fieldID {
		r.ID = p.fresh(f)
		return
	}
	p.stepMember(&r.AuthenticationDetails[0], f)
}

// maxSteps bounds the steps that wait for their sign-ins. The admin centre gives
// 100,000 sign-ins in a file.
const maxSteps = 1 << 19

// stepKeeper holds the steps of files of authentication details until their
// sign-ins are handed out.
type stepKeeper struct {
	waiting map[uint64]*keptSteps
	count   int
	lost    map[int]*lostSteps // by the file's index in the report
}

type keptSteps struct {
	steps []AuthenticationStep
	file  int
}

// lostSteps counts what of a file is in no record.
type lostSteps struct{ alone, late, tooMany int64 }

func (k *stepKeeper) lose(file int) *lostSteps {
	if k.lost == nil {
		k.lost = map[int]*lostSteps{}
	}
	if k.lost[file] == nil {
		k.lost[file] = &lostSteps{}
	}
	return k.lost[file]
}

// addStep takes the step that the block's row i is.
func (r *Reader) addStep(b *block, i int) {
	k, row := &r.steps, &b.rows[i]
	report := &r.report.Files[r.file.report]
	if report.Format == FormatUnknown {
		report.Format = row.format
	}
	switch {
	case r.merge.window < 0:
		r.otherStep(r.file.report, 1, "authentication details, which are rows to merge")
	case r.merge.gone.has(row.key):
		r.report.MergedRows++
		r.report.LateRows++
		k.lose(r.file.report).late++
	case k.count >= maxSteps:
		r.otherStep(r.file.report, 1, "authentication details, more than can be held")
		k.lose(r.file.report).tooMany++
	default:
		kept := k.waiting[row.key]
		if kept == nil {
			if k.waiting == nil {
				k.waiting = map[uint64]*keptSteps{}
			}
			kept = &keptSteps{file: r.file.report}
			k.waiting[row.key] = kept
		}
		kept.steps = append(kept.steps, b.records[row.record].AuthenticationDetails[0])
		k.count++
	}
}

func (r *Reader) otherStep(file int, n int64, name string) {
	r.report.OtherRows += n
	r.report.Files[file].Other += n
	for range n {
		r.countOther(name)
	}
}

// takeSteps gives a sign-in that is handed out the steps that waited for it. One
// that has steps of its own keeps them, since they are these.
func (r *Reader) takeSteps(rec *Record, key uint64) {
	kept := r.steps.waiting[key]
	if kept == nil || key == 0 {
		return
	}
	delete(r.steps.waiting, key)
	r.steps.count -= len(kept.steps)
	r.report.MergedRows += int64(len(kept.steps))
	rec.Source.Rows += len(kept.steps)
	if len(rec.AuthenticationDetails) > 0 {
		return
	}
	slices.SortStableFunc(kept.steps, func(a, b AuthenticationStep) int { return a.Time.Compare(b.Time) })
	rec.AuthenticationDetails = append(rec.AuthenticationDetails, kept.steps...)
}

// endSteps accounts for steps whose sign-ins did not come.
func (r *Reader) endSteps() {
	k := &r.steps
	for _, kept := range k.waiting {
		n := int64(len(kept.steps))
		r.otherStep(kept.file, n, "authentication details without their sign-in")
		k.lose(kept.file).alone += n
	}
	k.waiting = nil
	files := make([]int, 0, len(k.lost))
	for file := range k.lost {
		files = append(files, file)
	}
	slices.Sort(files)
	for _, file := range files {
		if len(r.report.Problems) < r.opts.MaxProblems {
			r.report.Problems = append(r.report.Problems, Problem{File: r.report.Files[file].Name, Reason: k.lost[file].reason()})
		}
	}
}

func (l *lostSteps) reason() string {
	var parts []string
	for _, p := range []struct {
		n    int64
		what string
	}{{l.alone, "of no sign-in that was read"}, {l.late, "of sign-ins further back than the merge window"}, {l.tooMany, "more than can be held"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return "authentication details in no record: " + strings.Join(parts, ", ")
}
