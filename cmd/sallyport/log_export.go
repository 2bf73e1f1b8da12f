package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/app/admin"
	"github.com/sallyport-id/sallyport/signinlog"
)

func newLogCommand(s *streams) *cobra.Command {
	f := &dataFlags{}
	return group(f, "log", "Read the sign-in log of a server", `Reads the sign-in log of a server, directly from its data.`, newLogExport(s, f))
}

// logWriters are the formats of the export.
var logWriters = map[string]func(io.Writer) signinlog.Writer{
	"jsonl": signinlog.NewJSONLinesWriter, "csv": signinlog.NewCSVWriter, "ecs": signinlog.NewECSWriter, "ocsf": signinlog.NewOCSFWriter, "parquet": signinlog.NewParquetWriter,
}

// exportFlags are what an export selects.
type exportFlags struct {
	format, user, correlation, from, until string
	code                                   int
	all                                    bool
}

func newLogExport(s *streams, f *dataFlags) *cobra.Command {
	var e exportFlags
	cmd := &cobra.Command{
		Use: "export", Short: "Write the sign-in records, for explain, triage, replay and other programs", Args: cobra.NoArgs,
		Long: `Writes the sign-in records, oldest first, as Graph's signIn objects with three members of our
own: the inputs of the decision, the hash of the policy set and the engine's version, by which
it can be recomputed.

  sallyport log export | sallyport explain -`,
	}
	flags := cmd.Flags()
	flags.StringVarP(&e.format, "output", "o", "jsonl", "output `format`: jsonl, csv, ecs, ocsf or parquet")
	flags.StringVar(&e.user, "user", "", "only records of this `user`")
	flags.StringVar(&e.correlation, "correlation", "", "only records of the attempt with this correlation `id`")
	flags.IntVar(&e.code, "code", 0, "only records with this result `code`")
	flags.StringVar(&e.from, "from", "", "only records from this `time` on: 2026-11-21, 2026-11-21T09:30:00Z, or 24h ago as 24h")
	flags.StringVar(&e.until, "until", "", "only records before this `time`")
	flags.BoolVar(&e.all, "all-tenants", false, "records of all tenants, and those that name none")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		open, known := logWriters[e.format]
		if !known {
			return fmt.Errorf("--output %q: want jsonl, csv, ecs, ocsf or parquet", e.format)
		}
		query, err := e.query(cmd, s.now())
		if err != nil {
			return err
		}
		if e.all {
			return f.open(cmd.Context(), s, false, func(a *admin.Admin) error { return s.export(cmd.Context(), a, "", query, open) })
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			if e.user != "" {
				u, err := t.FindUser(cmd.Context(), e.user)
				if err != nil {
					return err
				}
				query.User = u.ID
			}
			return s.export(cmd.Context(), t.Admin, t.ID, query, open)
		})
	}
	return cmd
}

// query is what the flags select.
func (e *exportFlags) query(cmd *cobra.Command, now time.Time) (admin.RecordQuery, error) {
	q := admin.RecordQuery{Correlation: e.correlation}
	if cmd.Flags().Changed("code") {
		q.Code = &e.code
	}
	if e.all && e.user != "" {
		return q, errors.New("--user names somebody of one tenant; it does not go with --all-tenants")
	}
	loc, err := zone(cmd)
	if err != nil {
		return q, err
	}
	if q.From, err = readMoment("--from", e.from, now, loc); err != nil {
		return q, err
	}
	q.Until, err = readMoment("--until", e.until, now, loc)
	return q, err
}

// readMoment reads a day, an instant, or how long ago it was; empty: none.
func readMoment(flag, text string, now time.Time, loc *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, loc); err == nil {
			return at, nil
		}
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	return time.Time{}, fmt.Errorf("%s %q: want a time such as 2026-11-21, 2026-11-21T09:30:00Z or 24h", flag, text)
}

// export writes records as they are read.
func (s *streams) export(ctx context.Context, a *admin.Admin, tenant access.TenantID, query admin.RecordQuery, open func(io.Writer) signinlog.Writer) error {
	buffered := bufio.NewWriterSize(s.out, 1<<16)
	w := open(buffered)
	for r, err := range a.Records(ctx, tenant, query) {
		if err != nil {
			return err
		}
		if err := w.Write(r); err != nil {
			return fmt.Errorf("write a record: %w", err)
		}
	}
	return errors.Join(w.Close(), buffered.Flush())
}
