package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/internal/snapshot"
	"github.com/sallyport-id/sallyport/signinlog"
)

func newWhatIfCommand(s *streams) *cobra.Command {
	w := whatIf{streams: s}
	cmd := &cobra.Command{
		Use:   "whatif --tenant PATH... --signin FILE|-",
		Short: "Decide sign-ins against a tenant's policies, and say why",
		Long: `Decides attempts to sign in against exported Conditional Access policies: which
policies apply, what they demand, what is missing, and what would let the attempt in.

An attempt is a JSON object of facts, the body of a Graph What-If request, or a sign-in
record; a file may hold one, an array, or one per line. A fact that is absent gets the default of
Graph's What-If; with --strict-unknown it is unknown, and the answer may depend on it.`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().StringArrayVar(&w.tenant, "tenant", nil, "file or folder of exported policies, named locations, users …; may be repeated")
	cmd.Flags().StringVar(&w.signIn, "signin", "", "file with the attempts, or - for standard input")
	cmd.Flags().BoolVar(&w.strict, "strict-unknown", false, "what the facts do not tell is unknown")
	cmd.Flags().BoolVar(&w.skip, "skip-invalid", false, "leave invalid policies out instead of refusing all")
	cmd.Flags().BoolVar(&w.all, "all", false, "also show policies that are switched off")
	formatFlag(cmd, report.TableFormat, report.JSONFormat, report.LinesFormat)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return w.run(cmd) }
	return cmd
}

// whatIf is one call of the verb.
type whatIf struct {
	*streams
	tenant            []string
	signIn            string
	strict, skip, all bool
}

func (w *whatIf) run(cmd *cobra.Command) error {
	format, err := w.format(cmd)
	if err != nil {
		return err
	}
	if len(w.tenant) == 0 || w.signIn == "" {
		return errors.New("needs --tenant PATH and --signin FILE (or - for standard input)")
	}
	tenant, set, err := w.compile(cmd)
	if err != nil {
		return err
	}
	attempts, many, err := w.attempts(tenant)
	if err != nil {
		return err
	}
	return w.whole(func(out io.Writer) error { return w.print(out, format, tenant, set, attempts, many) })
}

// compile reads the tenant and compiles its policies.
func (w *whatIf) compile(cmd *cobra.Command) (*snapshot.Tenant, *access.Set, error) {
	tenant, err := snapshot.Read(w.tenant, snapshot.Options{Lenient: w.skip, Stdin: w.in})
	if err != nil {
		return nil, nil, err
	}
	for _, problem := range tenant.Problems {
		w.warn(cmd, "left out: %v", problem)
	}
	source := tenant.Source()
	_, err = access.Compile(source, access.Options{})
	var faults, unresolved access.Faults
	if errors.As(err, &faults) {
		faults, unresolved = resolvable(faults)
	}
	for _, f := range unresolved {
		w.warn(cmd, "%v; whether an attempt meets it is unknown", f)
	}
	if len(faults) > 0 && !w.skip {
		return nil, nil, fmt.Errorf("%w\n(--skip-invalid leaves invalid policies out)", faults)
	}
	for _, f := range faults {
		w.warn(cmd, "left out: %v", f)
	}
	set, err := access.Compile(source, access.Options{CarryUnresolved: true, SkipInvalid: w.skip})
	return tenant, set, err
}

// resolvable splits faults into those that spoil a policy and those that only
// name something which the snapshot does not define.
func resolvable(all access.Faults) (spoilt, unresolved access.Faults) {
	for _, f := range all {
		if f.Kind == "policy" && (f.Rule == "CA-60" || f.Rule == "CA-131") {
			unresolved = append(unresolved, f)
		} else {
			spoilt = append(spoilt, f)
		}
	}
	return spoilt, unresolved
}

// attempts reads the facts; many tells whether they came as a list, which the
// answer then is, too.
func (w *whatIf) attempts(tenant *snapshot.Tenant) (facts []access.Facts, many bool, err error) {
	name, data, err := snapshot.ReadFile(w.signIn, w.in)
	if err != nil {
		return nil, false, err
	}
	facts, err = readAttempts(name, data)
	if err != nil {
		return nil, false, err
	}
	if len(facts) == 0 {
		return nil, false, fmt.Errorf("%s: holds no attempt; expected an object of facts", name)
	}
	for i := range facts {
		tenant.Complete(&facts[i])
		if !w.strict {
			graphjson.WhatIfDefaults(&facts[i])
		}
	}
	return facts, len(facts) > 1 || bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")), nil
}

// readAttempts reads facts or, if that is what the text holds, sign-in records.
func readAttempts(name string, data []byte) ([]access.Facts, error) {
	if !holdsRecords(name, data) {
		return graphjson.ReadFacts(name, data)
	}
	var facts []access.Facts
	reader := signinlog.NewReader(name, bytes.NewReader(data), signinlog.Options{Strict: true})
	for record, err := range reader.All() {
		if err != nil {
			return nil, err
		}
		facts = append(facts, record.Clone().Facts())
	}
	return facts, nil
}

// holdsRecords tells whether the first object is a sign-in record: it has
// members that no facts have.
func holdsRecords(name string, data []byte) bool {
	nodes, err := graphjson.ParseSequence(name, data)
	if err != nil || len(nodes) == 0 {
		return false // ReadFacts says what is wrong
	}
	first := nodes[0]
	if list := first.Member("value"); list != nil {
		first = list
	}
	if items := first.Items(); len(items) > 0 {
		first = items[0]
	}
	for _, member := range []string{"createdDateTime", "conditionalAccessStatus", "appliedConditionalAccessPolicies", "TimeGenerated"} {
		if first.Member(member) != nil {
			return true
		}
	}
	return first.Member("properties").Member("createdDateTime") != nil
}

func (w *whatIf) print(out io.Writer, format report.Format, tenant *snapshot.Tenant, set *access.Set, attempts []access.Facts, many bool) error {
	if format == report.TableFormat {
		names := namesOf(tenant)
		for i := range attempts {
			p := attemptTable{out: out, style: w.style(nil), explanation: set.Explain(&attempts[i]), names: names, all: w.all}
			if len(attempts) > 1 {
				p.title = fmt.Sprintf("Attempt %d of %d", i+1, len(attempts))
			}
			if err := p.write(); err != nil {
				return err
			}
		}
		return nil
	}
	answers := make([]answer, len(attempts))
	progress := w.progress("decide", "attempts", int64(len(attempts)))
	for i := range attempts {
		answers[i] = answerOf(set.Explain(&attempts[i]))
		progress.Add(1)
	}
	progress.Done()
	if format == report.LinesFormat {
		for _, a := range answers {
			if err := report.Line(out, a); err != nil {
				return err
			}
		}
		return nil
	}
	if many {
		return report.JSON(out, answers)
	}
	return report.JSON(out, answers[0])
}
