package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/app/admin"
	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/internal/snapshot"
)

func newPolicyCommand(s *streams) *cobra.Command {
	f := &dataFlags{}
	return group(f, "policy", "Show, change and import policies; the way out of a lock-out", `Shows, changes and imports policies, directly in a server's data: no server has to run, and
nobody to sign in. If a policy has locked everybody out, “policy disable” lets them in again.
A policy is named by name or id, or by the beginning of either. Every change is audited as
one of the command line.

What would lock out everybody who could change policies is refused, unless it is forced.`,
		newPolicyList(s, f), newPolicyShow(s, f), newPolicyImport(s, f, "add FILE...", "Add policies from files, disabled unless told otherwise", "disabled"),
		newPolicyImport(s, f, "import SNAPSHOT...", "Add or replace all policies, locations and strengths of a snapshot", ""),
		newPolicySetState(s, f),
		policyState(s, f, "enable", "Enforce a policy", "enabled"),
		policyState(s, f, "disable", "Turn a policy off", "disabled"),
		policyState(s, f, "report-only", "Let a policy only report", "report-only"),
		newPolicyRemove(s, f))
}

func newPolicyList(s *streams, f *dataFlags) *cobra.Command {
	cmd := answers(&cobra.Command{Use: "list", Short: "List the policies", Args: cobra.NoArgs})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			policies, err := t.Policies(cmd.Context())
			if err != nil {
				return err
			}
			return list(s, cmd, policies, []string{"policy", "state", "id"}, func(p *admin.Policy) []report.Cell {
				return []report.Cell{report.Text(p.DisplayName), stateCell(p.State), report.Text(p.ID)}
			})
		})
	}
	return cmd
}

// stateCell is the state of a policy for people.
func stateCell(state string) report.Cell {
	switch state {
	case "enabled":
		return report.Toned(report.Good, "enabled")
	case "disabled":
		return report.Toned(report.Faint, "disabled")
	}
	return report.Toned(report.Unsure, "report-only")
}

func newPolicyShow(s *streams, f *dataFlags) *cobra.Command {
	cmd := &cobra.Command{Use: "show POLICY", Short: "Print a policy as Graph writes it", Args: cobra.ExactArgs(1)}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			p, err := t.FindPolicy(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return s.whole(func(w io.Writer) error { return report.JSON(w, p.JSON) })
		})
	}
	return cmd
}

// newPolicyImport makes the verbs that read policies from files.
func newPolicyImport(s *streams, f *dataFlags, use, short, state string) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.MinimumNArgs(1),
		Long: short + ".\n\nFiles hold what Graph lists: policies, named locations, authentication strengths, alone or as\ncollections; “-” is standard input. What has an id replaces the object of that id. All of it\ntakes effect, or nothing.",
	}
	cmd.Flags().StringVar(&state, "state", state, "give all policies this `state`: enabled, disabled or report-only (default: as they say)")
	cmd.Flags().BoolVar(&force, "force", false, "even if it locks out every administrator")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, paths []string) error {
		var err error
		as := state
		if as != "" {
			if as, err = admin.StateOf(as); err != nil {
				return err
			}
		}
		read, err := snapshot.Read(paths, snapshot.Options{Stdin: s.in})
		if err != nil {
			return err
		}
		if len(read.Policies)+len(read.Locations)+len(read.Strengths) == 0 {
			return errors.New("no policy, named location or authentication strength is in what was given")
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			done, err := t.Import(cmd.Context(), read, as, force)
			if err != nil {
				return err
			}
			return list(s, cmd, done, []string{"result", "kind", "name", "state", "id"}, func(i *admin.Imported) []report.Cell {
				state := report.Text("")
				if i.State != "" {
					state = stateCell(i.State)
				}
				return []report.Cell{report.Text(i.Result), report.Text(string(i.Kind)), report.Text(i.Name), state, report.Text(i.ID)}
			})
		})
	}
	return cmd
}

func newPolicySetState(s *streams, f *dataFlags) *cobra.Command {
	var force bool
	cmd := &cobra.Command{Use: "set-state POLICY enabled|disabled|report-only", Short: "Change a policy's state", Args: cobra.ExactArgs(2)}
	cmd.Flags().BoolVar(&force, "force", false, "even if it locks out every administrator")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return setPolicyState(s, f, cmd, args[0], args[1], force)
	}
	return cmd
}

// policyState makes a verb that gives a policy one state.
func policyState(s *streams, f *dataFlags, use, short, state string) *cobra.Command {
	var force bool
	cmd := &cobra.Command{Use: use + " POLICY", Short: short, Args: cobra.ExactArgs(1)}
	if state == "enabled" {
		cmd.Flags().BoolVar(&force, "force", false, "even if it locks out every administrator")
	}
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return setPolicyState(s, f, cmd, args[0], state, force) }
	return cmd
}

func setPolicyState(s *streams, f *dataFlags, cmd *cobra.Command, name, word string, force bool) error {
	state, err := admin.StateOf(word)
	if err != nil {
		return err
	}
	return f.with(cmd, s, func(t *admin.Tenant) error {
		p, err := t.SetPolicyState(cmd.Context(), name, state, force)
		if err != nil {
			return err
		}
		return tell(s, cmd, p, fact{"policy", p.DisplayName}, fact{"state", stateCell(p.State).Text})
	})
}

func newPolicyRemove(s *streams, f *dataFlags) *cobra.Command {
	cmd := answers(&cobra.Command{Use: "remove POLICY", Short: "Delete a policy", Args: cobra.ExactArgs(1)})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			p, err := t.RemovePolicy(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return tell(s, cmd, p, fact{"policy", p.DisplayName}, fact{"now", fmt.Sprintf("deleted (its audit entry holds it: %s)", p.ID)})
		})
	}
	return cmd
}
