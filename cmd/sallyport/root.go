package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/report"
)

// verbs are the program's commands, in the order in which help lists them.
var verbs = []func(*streams) *cobra.Command{
	newWhatIfCommand,
	newCheckCommand,
	newTestCommand,
	newCodeCommand,
	newTriageCommand,
	newServeCommand,
	newTenantCommand,
	newUserCommand,
	newAppCommand,
	newDeviceCommand,
	newPolicyCommand,
	newLogCommand,
	newExplainCommand,
	newReplayCommand,
}

// The exit statuses.
const (
	exitDone        = 0
	exitNo          = 1
	exitBadInput    = 2
	exitInterrupted = 130
)

// errNo is returned by a verb that is done and whose answer is "no": it has
// printed that answer, and nothing goes to standard error.
var errNo = errors.New("the answer is no")

// run is the program: it carries out args and returns the exit status.
func run(ctx context.Context, s *streams, args []string) int {
	root := newRootCommand(s)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errNo):
		return exitNo
	case ctx.Err() != nil:
		fmt.Fprintf(s.err, "%s: interrupted\n", cmd.CommandPath())
		return exitInterrupted
	}
	fmt.Fprintf(s.err, "%s: %s\n", cmd.CommandPath(), oneLine(err.Error()))
	return exitBadInput
}

// newRootCommand returns the program's command with all its verbs.
func newRootCommand(s *streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "sallyport",
		Short: "Decide who may come in, and say why not",
		Long: `Sallyport decides sign-ins with Conditional Access policies in Microsoft
Graph's JSON and explains every refusal.

Exit status: 0 done; 1 done, and the answer is "no"; 2 bad input or usage.`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetVersionTemplate("sallyport {{.Version}}\n")
	root.PersistentFlags().String("tz", "UTC", "time zone of the times shown, such as Europe/Rome or Local")
	cobra.EnableCommandSorting = false
	for _, verb := range verbs {
		root.AddCommand(verb(s))
	}
	return root
}

// zone returns the time zone that --tz names.
func zone(cmd *cobra.Command) (*time.Location, error) {
	name, err := cmd.Flags().GetString("tz")
	if err != nil {
		return nil, err
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("--tz %q: want a time zone such as UTC, Local or Europe/Rome", name)
	}
	return loc, nil
}

// formatFlag adds -o to a verb that can print in the formats given.
func formatFlag(cmd *cobra.Command, formats ...report.Format) {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = string(f)
	}
	cmd.Flags().StringP("output", "o", "", "output format: "+strings.Join(names, ", ")+" (default table on a terminal, else json)")
	// The flag was added on the line above, so that this cannot fail.
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	cmd.Annotations = map[string]string{"formats": strings.Join(names, ", ")}
}

// format returns what -o says, or the default: a table for a person who
// watches, JSON for a program.
func (s *streams) format(cmd *cobra.Command) (report.Format, error) {
	name, err := cmd.Flags().GetString("output")
	if err != nil {
		return "", err
	}
	if name == "" {
		if s.outTerminal {
			return report.TableFormat, nil
		}
		return report.JSONFormat, nil
	}
	known := cmd.Annotations["formats"]
	for _, f := range strings.Split(known, ", ") {
		if name == f {
			return report.Format(name), nil
		}
	}
	return "", fmt.Errorf("--output %q: want one of %s", name, known)
}

// maxLine is how long the one line of a failure may be: a JSON path can be as
// deep as the file that is refused for it.
const maxLine = 600

// oneLine makes a message fit one line of a terminal: lines after the first
// are counted, and bytes that would move the cursor are shown as a blank.
func oneLine(msg string) string {
	lines := strings.FieldsFunc(msg, func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) == 0 {
		return "failed without a message"
	}
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, lines[0])
	clean = strings.TrimSpace(clean)
	if r := []rune(clean); len(r) > maxLine {
		clean = string(r[:maxLine/2]) + " … " + string(r[len(r)-maxLine/2:])
	}
	if n := len(lines) - 1; n > 0 {
		clean += fmt.Sprintf(" (and %d more)", n)
	}
	return clean
}

// version is the module's version and commit, as far as the build tells them.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "development"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			v += " (" + s.Value[:12] + ")"
		}
	}
	return v
}
