package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/internal/sources"
	"github.com/sallyport-id/sallyport/result"
)

// The formats of tables that other programs and people edit.
const (
	csvFormat      report.Format = "csv"
	markdownFormat report.Format = "markdown"
)

// codeVerb is what the code verb and its subcommands share.
type codeVerb struct {
	*streams
	language, file string
	sources        bool
}

func newCodeCommand(s *streams) *cobra.Command {
	v := &codeVerb{streams: s}
	cmd := &cobra.Command{
		Use:   "code [NUMBER | TEXT | -]",
		Short: "Say what a result code means",
		Long: `Look a result code up by its number (53003, AADSTS53003), take it with ids and
time out of a pasted text (an error page, a JSON body, an exception, a log row;
- reads standard input), or search the catalogue by words in English, Japanese,
French or Italian.

Exit status 1: the code is not in the catalogue, or nothing was found.`,
		Example: `  sallyport code 53003 --lang it
  pbpaste | sallyport code -
  sallyport code "token expired"
  sallyport code list --risk high --stage conditionalAccess
  sallyport code import --source team codes.md
  sallyport code 530003 --sources
  sallyport code export --lang ja -o markdown`,
		Args: cobra.MinimumNArgs(1),
		RunE: v.look,
	}
	formatFlag(cmd, report.TableFormat, report.JSONFormat, csvFormat, markdownFormat)
	cmd.PersistentFlags().StringVar(&v.language, "lang", "en", "language: en, ja, fr, it")
	cmd.PersistentFlags().StringVar(&v.file, "sources-file", "", "file of imported sources (default sallyport/sources.json in your configuration folder)")
	cmd.Flags().BoolVar(&v.sources, "sources", false, "show what imported sources say beside the catalogue")
	cmd.AddCommand(v.listCommand(), v.importCommand(), v.exportCommand())
	return cmd
}

func (v *codeVerb) lang() (result.Language, error) {
	l, ok := result.ParseLanguage(v.language)
	if !ok {
		return "", fmt.Errorf("--lang %q: want one of en, ja, fr, it", v.language)
	}
	return l, nil
}

// path is the file of imported sources. Naming one is as good as asking for what is in it.
func (v *codeVerb) path() (string, error) {
	if v.file != "" {
		return v.file, nil
	}
	return sources.DefaultFile()
}

// collection loads the imported sources. Unless they were asked for, a machine without a configuration folder has none.
func (v *codeVerb) collection() (*sources.Collection, error) {
	path, err := v.path()
	if err != nil {
		if v.sources {
			return nil, err
		}
		return &sources.Collection{}, nil
	}
	return sources.Load(path)
}

// look answers a number, a pasted text or words.
func (v *codeVerb) look(cmd *cobra.Command, args []string) error {
	l, err := v.lang()
	if err != nil {
		return err
	}
	format, err := v.format(cmd)
	if err != nil {
		return err
	}
	zone, err := zone(cmd)
	if err != nil {
		return err
	}
	text := strings.Join(args, " ")
	if text == "-" {
		b, err := io.ReadAll(io.LimitReader(v.in, maxPaste))
		if err != nil {
			return fmt.Errorf("read standard input: %w", err)
		}
		text = string(b)
	}
	found := result.Find(text)
	if _, ok := found.Code(); !ok {
		return v.search(l, format, text)
	}
	page := codePage{verb: v, language: l, style: v.style(zone), found: found}
	return v.whole(func(w io.Writer) error { return page.write(w, format) })
}

// maxPaste is more than any text that somebody pastes.
const maxPaste = 1 << 20

func (v *codeVerb) search(l result.Language, format report.Format, text string) error {
	var entries []result.Entry
	for _, m := range result.Search(text) {
		entries = append(entries, m.Entry)
	}
	return v.whole(func(w io.Writer) error {
		if err := v.writeList(w, l, format, entries); err != nil {
			return err
		}
		if len(entries) == 0 {
			return errNo
		}
		return nil
	})
}

func (v *codeVerb) listCommand() *cobra.Command {
	var f codeFilter
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the codes of the catalogue",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, format, filter, err := v.listing(cmd, &f)
			if err != nil {
				return err
			}
			entries := filter.Entries()
			return v.whole(func(w io.Writer) error { return v.writeList(w, l, format, entries) })
		},
	}
	formatFlag(cmd, report.TableFormat, report.JSONFormat, csvFormat, markdownFormat)
	f.flags(cmd)
	return cmd
}

func (v *codeVerb) listing(cmd *cobra.Command, f *codeFilter) (result.Language, report.Format, result.Filter, error) {
	l, err := v.lang()
	if err != nil {
		return "", "", result.Filter{}, err
	}
	filter, err := f.parse()
	if err != nil {
		return "", "", result.Filter{}, err
	}
	format, err := v.format(cmd)
	return l, format, filter, err
}

func (v *codeVerb) exportCommand() *cobra.Command {
	var f codeFilter
	var imported bool
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the table of all sources beside the catalogue",
		Long: `Write the consolidated table: ResultType, a column per imported source, then
remediation, summary, risk and justification in the language chosen.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, format, filter, err := v.listing(cmd, &f)
			if err != nil {
				return err
			}
			c, err := v.collection()
			if err != nil {
				return err
			}
			codes := c.Rows(filter, imported)
			return v.whole(func(w io.Writer) error { return writeExport(w, c, l, format, codes) })
		},
	}
	formatFlag(cmd, markdownFormat, csvFormat, report.JSONFormat)
	// A table to be kept: Markdown wherever it goes, unlike what is shown.
	output := cmd.Flags().Lookup("output")
	output.DefValue, output.Usage = string(markdownFormat), "output format: markdown, csv, json"
	if err := output.Value.Set(output.DefValue); err != nil {
		panic(err) // any string is a value of it
	}
	f.flags(cmd)
	cmd.Flags().BoolVar(&imported, "imported", false, "only codes that an imported source names")
	return cmd
}

func writeExport(w io.Writer, c *sources.Collection, l result.Language, format report.Format, codes []result.Code) error {
	if format == report.JSONFormat {
		return report.JSON(w, c.Describe(l, codes))
	}
	head, rows := c.Consolidate(l, codes)
	return writeGrid(w, format, head, rows)
}

func (v *codeVerb) importCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "import --source NAME FILE…",
		Short: "Add what another source says about the codes",
		Long: `Read tables (Markdown or CSV; columns are mapped by their heads, several
sources may stand side by side) and keep what each source says in a local file.
NAME is the author of the tables: whose summaries they hold. If one file cannot
be read, nothing is kept.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error { return v.importFiles(cmd, name, files) },
	}
	formatFlag(cmd, report.TableFormat, report.JSONFormat)
	cmd.Flags().StringVar(&name, "source", "", "name of the tables' author")
	return cmd
}

func (v *codeVerb) importFiles(cmd *cobra.Command, name string, files []string) error {
	if strings.TrimSpace(name) == "" {
		return errors.New("--source is missing: want a name for the author of the tables")
	}
	format, err := v.format(cmd)
	if err != nil {
		return err
	}
	v.sources = true
	path, err := v.path()
	if err != nil {
		return err
	}
	c, err := sources.Load(path)
	if err != nil {
		return err
	}
	var reports []fileReport
	for _, file := range files {
		r, err := v.importFile(c, name, file)
		if err != nil {
			return err
		}
		reports = append(reports, fileReport{File: file, Report: r})
	}
	if err := c.Save(path); err != nil {
		return err
	}
	return v.whole(func(w io.Writer) error { return writeReports(w, v.style(nil), format, path, reports) })
}

func (v *codeVerb) importFile(c *sources.Collection, name, file string) (sources.Report, error) {
	in := v.in
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return sources.Report{}, err
		}
		defer f.Close()
		in = f
	}
	tables, err := sources.Read(in)
	if err != nil {
		return sources.Report{}, fmt.Errorf("%s: %w", file, err)
	}
	return c.Import(strings.TrimSpace(name), file, tables)
}

// codeFilter holds the filters as typed.
type codeFilter struct{ risks, kinds, stages, durations, fixers []string }

func (f *codeFilter) flags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&f.risks, "risk", nil, "only these base risks: low, medium, high")
	cmd.Flags().StringSliceVar(&f.kinds, "kind", nil, "only these kinds: success, informational, interrupt, refusal")
	cmd.Flags().StringSliceVar(&f.stages, "stage", nil, "only these stages, such as firstFactor or conditionalAccess")
	cmd.Flags().StringSliceVar(&f.durations, "duration", nil, "only these durations: temporary, structural")
	cmd.Flags().StringSliceVar(&f.fixers, "fixer", nil, "only what one of these can fix: user, tenantAdmin, homeTenantAdmin, developer, operator")
}

func (f *codeFilter) parse() (filter result.Filter, err error) {
	for _, err := range []error{
		parseNames(f.risks, "risk", &filter.Risks), parseNames(f.kinds, "kind", &filter.Kinds), parseNames(f.stages, "stage", &filter.Stages),
		parseNames(f.durations, "duration", &filter.Durations), parseNames(f.fixers, "fixer", &filter.Fixers),
	} {
		if err != nil {
			return filter, err
		}
	}
	return filter, nil
}

// parseNames reads names of one of the catalogue's closed types.
func parseNames[T any, P interface {
	*T
	UnmarshalText([]byte) error
}](names []string, flag string, into *[]T) error {
	for _, name := range names {
		var v T
		if err := P(&v).UnmarshalText([]byte(strings.TrimSpace(name))); err != nil {
			return fmt.Errorf("--%s: %w", flag, err)
		}
		*into = append(*into, v)
	}
	return nil
}
