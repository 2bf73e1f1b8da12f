package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/app/admin"
	"github.com/sallyport-id/sallyport/internal/report"
)

func newUserCommand(s *streams) *cobra.Command {
	f := &dataFlags{}
	return group(f, "user", "Add, show, disable and recover people", `Adds, shows, disables and recovers people, directly in a server's data: no server has to
run, and nobody to sign in. A person is named by user principal name, by what is before its
@, or by id. Every change is audited as one of the command line.`,
		newUserAdd(s, f), newUserList(s, f), newUserShow(s, f),
		userChange(s, f, "disable", "Keep somebody from signing in, and end what they hold", "disabled", func(ctx context.Context, t *admin.Tenant, name string) (admin.User, error) {
			return t.EnableUser(ctx, name, false)
		}),
		userChange(s, f, "enable", "Let somebody sign in again", "enabled", func(ctx context.Context, t *admin.Tenant, name string) (admin.User, error) {
			return t.EnableUser(ctx, name, true)
		}),
		userChange(s, f, "unlock", "Forget somebody's wrong passwords", "unlocked", func(ctx context.Context, t *admin.Tenant, name string) (admin.User, error) {
			return t.Unlock(ctx, name)
		}),
		userChange(s, f, "revoke", "End somebody's sessions and refresh tokens", "signed out everywhere", func(ctx context.Context, t *admin.Tenant, name string) (admin.User, error) {
			return t.RevokeSessions(ctx, name)
		}),
		newUserResetPassword(s, f),
		userChange(s, f, "reset-factors", "Take away second factors that somebody lost; they register anew", "without a second factor", func(ctx context.Context, t *admin.Tenant, name string) (admin.User, error) {
			return t.ResetFactors(ctx, name)
		}),
		newUserAccessPass(s, f),
		userChange(s, f, "remove", "Delete somebody with all they have", "deleted", func(ctx context.Context, t *admin.Tenant, name string) (admin.User, error) {
			return t.RemoveUser(ctx, name)
		}),
	)
}

// userChange makes a verb that does one thing to somebody.
func userChange(s *streams, f *dataFlags, use, short, done string, do func(context.Context, *admin.Tenant, string) (admin.User, error)) *cobra.Command {
	cmd := answers(&cobra.Command{Use: use + " USER", Short: short, Args: cobra.ExactArgs(1)})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			u, err := do(cmd.Context(), t, args[0])
			if err != nil {
				return err
			}
			return tell(s, cmd, u, fact{"user", u.UserPrincipalName}, fact{"now", done})
		})
	}
	return cmd
}

// withSecret is an object with a secret that is shown once.
type withSecret struct {
	User     admin.User `json:"user"`
	Password string     `json:"password,omitempty"`
	Pass     string     `json:"temporaryAccessPass,omitempty"`
	Until    *time.Time `json:"validUntil,omitempty"`
}

func newUserAdd(s *streams, f *dataFlags) *cobra.Command {
	var n admin.NewUser
	var stdin bool
	cmd := &cobra.Command{
		Use: "add USER", Short: "Add somebody", Args: cobra.ExactArgs(1),
		Long: `Adds somebody under a user principal name; without an @ it is in the tenant's default
domain. Without --password-stdin a password is made and printed once, which the person
must change at the first sign-in.`,
	}
	flags := cmd.Flags()
	flags.StringVar(&n.DisplayName, "name", "", "the person's display `name`")
	flags.StringSliceVar(&n.Roles, "role", nil, "built-in directory `roles`, such as “Global Administrator”")
	flags.BoolVar(&stdin, "password-stdin", false, "read the password from standard input")
	flags.BoolVar(&n.Change, "must-change", false, "the password must be changed at the first sign-in")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		n.Name = args[0]
		if err := s.passwordIf(stdin, &n.Password); err != nil {
			return err
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			u, made, err := t.AddUser(cmd.Context(), n)
			if err != nil {
				return err
			}
			return tell(s, cmd, withSecret{User: u, Password: made}, fact{"user", u.UserPrincipalName}, fact{"id", string(u.ID)}, passwordFact(made))
		})
	}
	return cmd
}

// passwordFact tells a password that was made.
func passwordFact(made string) fact {
	if made == "" {
		return fact{}
	}
	return fact{"password", made + "  (shown once; to be changed at the next sign-in)"}
}

// passwordIf reads one line of standard input if it holds a password.
func (s *streams) passwordIf(wanted bool, into *string) error {
	if !wanted {
		return nil
	}
	line, err := bufio.NewReader(io.LimitReader(s.in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the password: %w", err)
	}
	if *into = strings.TrimRight(line, "\r\n"); *into == "" {
		return errors.New("standard input is empty; a password is expected on its first line")
	}
	return nil
}

func newUserList(s *streams, f *dataFlags) *cobra.Command {
	cmd := answers(&cobra.Command{Use: "list [PREFIX]", Short: "List people, or those whose name begins so", Args: cobra.MaximumNArgs(1)})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			users, err := t.Users(cmd.Context(), strings.Join(args, ""))
			if err != nil {
				return err
			}
			return list(s, cmd, users, []string{"user", "name", "type", "state"}, func(u *admin.User) []report.Cell {
				state := report.Text("enabled")
				if !u.AccountEnabled {
					state = report.Toned(report.Bad, "disabled")
				}
				return []report.Cell{report.Text(u.UserPrincipalName), report.Text(u.DisplayName), report.Text(string(u.Type)), state}
			})
		})
	}
	return cmd
}

func newUserShow(s *streams, f *dataFlags) *cobra.Command {
	cmd := answers(&cobra.Command{Use: "show USER", Short: "Show somebody: groups, roles, methods, locks", Args: cobra.ExactArgs(1)})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		loc, err := zone(cmd)
		if err != nil {
			return err
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			p, err := t.Person(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			locked := ""
			if !p.LockedUntil.IsZero() {
				locked = "until " + s.style(loc).Time(p.LockedUntil)
			}
			return tell(s, cmd, p, fact{"user", p.UserPrincipalName}, fact{"name", p.DisplayName}, fact{"id", string(p.ID)}, fact{"type", string(p.Type)},
				fact{"enabled", yesNo(p.AccountEnabled)}, fact{"locked", locked}, fact{"groups", strings.Join(p.Groups, ", ")},
				fact{"roles", strings.Join(p.Roles, ", ")}, fact{"proves with", strings.Join(p.Methods, ", ")})
		})
	}
	return cmd
}

func newUserResetPassword(s *streams, f *dataFlags) *cobra.Command {
	var stdin bool
	cmd := &cobra.Command{
		Use: "reset-password USER", Short: "Give somebody a new password, which they must change", Args: cobra.ExactArgs(1),
		Long: `Gives somebody a new password, made and printed once, or read from standard input. It must
be changed at the next sign-in. It unlocks the account and ends what the old one gave.`,
	}
	cmd.Flags().BoolVar(&stdin, "password-stdin", false, "read the password from standard input")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var password string
		if err := s.passwordIf(stdin, &password); err != nil {
			return err
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			u, made, err := t.ResetPassword(cmd.Context(), args[0], password)
			if err != nil {
				return err
			}
			return tell(s, cmd, withSecret{User: u, Password: made}, fact{"user", u.UserPrincipalName}, passwordFact(made))
		})
	}
	return cmd
}

func newUserAccessPass(s *streams, f *dataFlags) *cobra.Command {
	var life time.Duration
	var once bool
	cmd := &cobra.Command{
		Use: "access-pass USER", Short: "Make a temporary access pass for somebody", Args: cobra.ExactArgs(1),
		Long: `Makes a temporary access pass, printed once. It counts as more than one factor: whoever lost
theirs signs in with it and registers a new one. It replaces an earlier pass.`,
	}
	cmd.Flags().DurationVar(&life, "life", 0, "how `long` it is good (default: as the tenant says)")
	cmd.Flags().BoolVar(&once, "once", false, "good for one sign-in only")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		loc, err := zone(cmd)
		if err != nil {
			return err
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			u, pass, text, err := t.AccessPass(cmd.Context(), args[0], life, once)
			if err != nil {
				return err
			}
			until := pass.End()
			return tell(s, cmd, withSecret{User: u, Pass: text, Until: &until}, fact{"user", u.UserPrincipalName}, fact{"pass", text + "  (shown once)"},
				fact{"until", s.style(loc).Time(until)})
		})
	}
	return cmd
}
