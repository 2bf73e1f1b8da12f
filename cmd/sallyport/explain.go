package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/explain"
	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/result"
)

// htmlFormat is one self-contained page.
const htmlFormat report.Format = "html"

// explainVerb is one call of the verb.
type explainVerb struct {
	*streams
	logFlags
	tenant       []string
	id, language string
	skip         bool
	top          int
}

func newExplainCommand(s *streams) *cobra.Command {
	v := explainVerb{streams: s}
	cmd := &cobra.Command{
		Use:   "explain LOG... [--tenant PATH] [--id ID]",
		Short: "Say why a log's sign-ins were refused, cause by cause",
		Long: `Tells why the sign-ins of a log were refused or interrupted. Records of one cause are one
paragraph: what the code means, which policies refused and on which conditions, what the
password proved, whether it passes by itself, what would help and who can do it.

With --tenant the records are decided again by exported policies: reasons say what was wanted
and what was seen, and each remedy was tried by deciding once more.

-o html makes one page with charts that needs no network; -o markdown suits a ticket.
Exit status 1: no record has the id that --id names.`,
		Example: `  sallyport explain signins.json --tenant today/
  sallyport explain week.jsonl --id 5e900000-0000-4000-8000-000000000085 --lang it
  sallyport explain logs/ -o html > refusals.html`,
		Args: cobra.MinimumNArgs(1),
		RunE: v.run,
	}
	cmd.Flags().StringArrayVar(&v.tenant, "tenant", nil, "file or folder of exported policies, named locations, users …; may be repeated")
	cmd.Flags().StringVar(&v.id, "id", "", "explain only records with this request or correlation id")
	cmd.Flags().StringVar(&v.language, "lang", "en", "language: en, ja, fr, it")
	cmd.Flags().BoolVar(&v.skip, "skip-invalid", false, "leave invalid policies out instead of refusing all")
	cmd.Flags().IntVar(&v.top, "top", 0, "show only this many causes (table, markdown and html); 0: all")
	v.add(cmd)
	formatFlag(cmd, report.TableFormat, report.JSONFormat, markdownFormat, htmlFormat)
	return cmd
}

func (v *explainVerb) run(cmd *cobra.Command, args []string) error {
	format, err := v.format(cmd)
	if err != nil {
		return err
	}
	loc, err := zone(cmd)
	if err != nil {
		return err
	}
	l, ok := result.ParseLanguage(v.language)
	if !ok {
		return fmt.Errorf("--lang %q: want one of en, ja, fr, it", v.language)
	}
	decider, names, err := v.decider(cmd)
	if err != nil {
		return err
	}
	found, err := v.collect(cmd, args, decider, l)
	if err != nil {
		return err
	}
	return v.whole(func(w io.Writer) error {
		p := explainPage{out: w, style: v.style(loc), language: l, found: found, names: names, top: v.top, id: v.id}
		if err := p.write(format); err != nil {
			return err
		}
		if v.id != "" && found.Counts.Records == 0 {
			return errNo
		}
		return nil
	})
}

// decider reads the snapshot; nil without one.
func (v *explainVerb) decider(cmd *cobra.Command) (*replay.Decider, *strings.Replacer, error) {
	if len(v.tenant) == 0 {
		return nil, strings.NewReplacer(), nil
	}
	w := whatIf{streams: v.streams, tenant: v.tenant, skip: v.skip}
	tenant, set, err := w.compile(cmd)
	if err != nil {
		return nil, nil, err
	}
	return replay.NewDecider(set, tenant), namesOf(tenant), nil
}

// collect reads the logs.
func (v *explainVerb) collect(cmd *cobra.Command, paths []string, decider *replay.Decider, l result.Language) (*explain.Report, error) {
	r, done, err := v.openLog(paths, v.logFlags)
	if err != nil {
		return nil, err
	}
	collector := explain.New(explain.Options{Decider: decider, ID: v.id})
	for rec, err := range r.All() {
		if err == nil {
			err = cmd.Context().Err()
		}
		if err != nil {
			done()
			return nil, err
		}
		collector.Add(rec)
	}
	done()
	if err := v.readError(cmd, r); err != nil {
		return nil, err
	}
	found := collector.Report(l)
	found.Counts.Rows, found.Counts.SkippedRows = r.Report().Rows, r.Report().SkippedRows()
	return found, nil
}
