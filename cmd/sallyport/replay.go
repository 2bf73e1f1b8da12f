package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/internal/report"
)

// replayVerb is one call of the verb.
type replayVerb struct {
	*streams
	logFlags
	tenant, against, failOn []string
	skip                    bool
	samples                 int
}

func newReplayCommand(s *streams) *cobra.Command {
	v := replayVerb{streams: s}
	cmd := &cobra.Command{
		Use:   "replay LOG... --tenant PATH [--against PATH]",
		Short: "Decide a log's sign-ins again, by these policies or by others",
		Long: `Recomputes what every policy does to each sign-in of a log and compares it with what
the log says: they agree, or they do not and the answer says why, or it cannot be told and
the answer names the missing fact.

With --against, finds what a second snapshot would have made of the same sign-ins: who is newly
blocked, newly asked for more, newly let in, by which policy. Groups and roles come from the
snapshots, if they have people and groups. Where the facts do not tell, what was recorded does.

--fail-on makes the exit status 1 if a number is reached: newly-blocked, newly-challenged,
newly-let-in, eased, may-change, changed, disagree, undetermined, records or skipped-rows.`,
		Example: `  sallyport replay signins.json --tenant today/
  sallyport replay june/ --tenant today/ --against proposed/ --fail-on 'newly-blocked>0'`,
		Args: cobra.MinimumNArgs(1),
		RunE: v.run,
	}
	cmd.Flags().StringArrayVar(&v.tenant, "tenant", nil, "file or folder of exported policies, named locations, users …; may be repeated")
	cmd.Flags().StringArrayVar(&v.against, "against", nil, "the snapshot with the changed policies; may be repeated")
	cmd.Flags().StringArrayVar(&v.failOn, "fail-on", nil, "a limit such as 'newly-blocked>0' that makes the exit status 1; may be repeated")
	cmd.Flags().BoolVar(&v.skip, "skip-invalid", false, "leave invalid policies out instead of refusing all")
	cmd.Flags().IntVar(&v.samples, "samples", 100, "how many record ids each group names")
	v.add(cmd)
	formatFlag(cmd, report.TableFormat, report.JSONFormat)
	return cmd
}

func (v *replayVerb) run(cmd *cobra.Command, args []string) error {
	format, err := v.format(cmd)
	if err != nil {
		return err
	}
	limits, err := v.limits()
	if err != nil {
		return err
	}
	before, after, names, err := v.deciders(cmd)
	if err != nil {
		return err
	}
	r, done, err := v.openLog(args, v.logFlags)
	if err != nil {
		return err
	}
	found, err := replay.Run(cmd.Context(), r.All(), before, after, replay.Options{Samples: v.samples})
	done()
	if err != nil {
		return err
	}
	if err := v.readError(cmd, r); err != nil {
		return err
	}
	found.Counts.Rows, found.Counts.SkippedRows = r.Report().Rows, r.Report().SkippedRows()
	for _, l := range limits {
		if l.Holds(found) {
			found.Reached = append(found.Reached, l.String())
		}
	}
	return v.whole(func(w io.Writer) error {
		if err := v.print(w, format, found, names); err != nil {
			return err
		}
		if len(found.Reached) > 0 {
			return errNo
		}
		return nil
	})
}

func (v *replayVerb) limits() ([]replay.Limit, error) {
	var limits []replay.Limit
	for _, s := range v.failOn {
		l, err := replay.ParseLimit(s)
		if err != nil {
			return nil, fmt.Errorf("--fail-on: %w", err)
		}
		if l.NeedsImpact() && len(v.against) == 0 {
			return nil, fmt.Errorf("--fail-on %s needs --against PATH: changes are found between two snapshots", l)
		}
		limits = append(limits, l)
	}
	return limits, nil
}

// deciders reads and compiles the snapshots. After is nil without a second one.
func (v *replayVerb) deciders(cmd *cobra.Command) (before, after *replay.Decider, names *strings.Replacer, err error) {
	if len(v.tenant) == 0 {
		return nil, nil, nil, errors.New("needs --tenant PATH")
	}
	if v.samples < 1 {
		return nil, nil, nil, fmt.Errorf("--samples %d: want at least 1", v.samples)
	}
	w := whatIf{streams: v.streams, tenant: v.tenant, skip: v.skip}
	tenant, set, err := w.compile(cmd)
	if err != nil {
		return nil, nil, nil, err
	}
	before = replay.NewDecider(set, tenant)
	if len(v.against) == 0 {
		return before, nil, namesOf(tenant), nil
	}
	w.tenant = v.against
	changed, set, err := w.compile(cmd)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("--against: %w", err)
	}
	// What the second snapshot does not tell of people, the first does.
	return before, replay.NewDecider(set, changed, tenant), namesOf(tenant), nil
}

func (v *replayVerb) print(w io.Writer, format report.Format, found *replay.Report, names *strings.Replacer) error {
	if format == report.JSONFormat {
		return report.JSON(w, found)
	}
	t := replayTable{out: w, style: v.style(nil), found: found, names: names}
	return t.write()
}
