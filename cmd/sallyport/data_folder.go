package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/app/admin"
	"github.com/sallyport-id/sallyport/internal/app/config"
	"github.com/sallyport-id/sallyport/internal/report"
)

// dataFlags are the flags of verbs that work on a server's data.
type dataFlags struct {
	config, data, tenant string
}

// add declares the flags for a verb and those below it.
func (f *dataFlags) add(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.StringVar(&f.config, "config", "", "find the data by the server's configuration `file`")
	flags.StringVar(&f.data, "data", "", "the server's data `folder` (default ./var)")
	flags.StringVar(&f.tenant, "tenant", "", "the `tenant`: domain, id or name (default: the one that was made first)")
}

// folder returns the data folder, by the same rules as serve.
func (f *dataFlags) folder(s *streams) (string, error) {
	c, err := config.Read(config.Source{File: f.config, Env: s.env, Override: func(c *config.Config) map[string]string {
		if f.data == "" {
			return nil
		}
		c.Data = f.data
		return map[string]string{"data": "--data"}
	}})
	return c.Data, err
}

// with opens the data and the tenant for do.
func (f *dataFlags) with(cmd *cobra.Command, s *streams, do func(*admin.Tenant) error) error {
	return f.open(cmd.Context(), s, false, func(a *admin.Admin) error {
		t, err := a.Tenant(cmd.Context(), f.tenant)
		if err != nil {
			return err
		}
		if t.Assumed {
			s.warn(cmd, "there are several tenants; this is about %s (--tenant names another)", t.DefaultDomain())
		}
		return do(t)
	})
}

// open opens the data for do.
func (f *dataFlags) open(ctx context.Context, s *streams, create bool, do func(*admin.Admin) error) error {
	path, err := f.folder(s)
	if err != nil {
		return err
	}
	a, err := admin.Open(ctx, path, create, s.now)
	if err != nil {
		return err
	}
	err = do(a)
	if closed := a.Close(); closed != nil && !errors.Is(err, errNo) {
		err = errors.Join(err, closed)
	}
	return err
}

// group makes a verb whose work is done by the verbs below it.
func group(f *dataFlags, use, short, long string, below ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Long: long, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	f.add(cmd)
	cmd.AddCommand(below...)
	return cmd
}

// answers gives a verb its output formats.
func answers(cmd *cobra.Command) *cobra.Command {
	formatFlag(cmd, report.TableFormat, report.JSONFormat, report.LinesFormat)
	return cmd
}

// list prints a list: a table, a JSON array or JSON lines.
func list[T any](s *streams, cmd *cobra.Command, all []T, columns []string, row func(*T) []report.Cell) error {
	format, err := s.format(cmd)
	if err != nil {
		return err
	}
	return s.whole(func(w io.Writer) error {
		switch format {
		case report.JSONFormat:
			if all == nil {
				all = []T{} // an empty list, not null
			}
			return report.JSON(w, all)
		case report.LinesFormat:
			for i := range all {
				if err := report.Line(w, all[i]); err != nil {
					return err
				}
			}
			return nil
		}
		table := report.NewTable(columns...)
		for i := range all {
			table.Row(row(&all[i])...)
		}
		return table.Write(w, s.style(nil))
	})
}

// fact is one line of what is told of one thing.
type fact struct{ name, value string }

// factWidth is the room for a fact's name.
const factWidth = 16

// tell prints one thing: its facts that are not empty, or all of it in JSON.
func tell(s *streams, cmd *cobra.Command, value any, facts ...fact) error {
	format, err := s.format(cmd)
	if err != nil {
		return err
	}
	return s.whole(func(w io.Writer) error {
		switch format {
		case report.JSONFormat:
			return report.JSON(w, value)
		case report.LinesFormat:
			return report.Line(w, value)
		}
		style := s.style(nil)
		for _, f := range facts {
			for i, line := range report.Wrap(f.value, max(style.Width-factWidth, 0)) {
				name := f.name
				if i > 0 {
					name = ""
				}
				if line != "" {
					fmt.Fprintf(w, "%s%s\n", style.Paint(report.Faint, fmt.Sprintf("%-*s", factWidth, name)), line)
				}
			}
		}
		return nil
	})
}

// yesNo writes a boolean for people.
func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
