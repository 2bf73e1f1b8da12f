package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/app/admin"
	"github.com/sallyport-id/sallyport/internal/report"
)

func newAppCommand(s *streams) *cobra.Command {
	f := &dataFlags{}
	return group(f, "app", "Register and change apps", `Registers and changes apps, directly in a server's data: no server has to run, and nobody
to sign in. An app is named by name or client id. Every change is audited as one of the
command line.`,
		newAppAdd(s, f), newAppList(s, f), newAppShow(s, f), newAppSecret(s, f), newAppRedirect(s, f), newAppAllow(s, f),
		appChange(s, f, "disable", "Close an app", "disabled", func(ctx context.Context, t *admin.Tenant, name string) (admin.App, error) {
			return t.EnableApp(ctx, name, false)
		}),
		appChange(s, f, "enable", "Open an app again", "enabled", func(ctx context.Context, t *admin.Tenant, name string) (admin.App, error) {
			return t.EnableApp(ctx, name, true)
		}),
		appChange(s, f, "remove", "Delete an app", "deleted", func(ctx context.Context, t *admin.Tenant, name string) (admin.App, error) {
			return t.RemoveApp(ctx, name)
		}))
}

func appChange(s *streams, f *dataFlags, use, short, done string, do func(context.Context, *admin.Tenant, string) (admin.App, error)) *cobra.Command {
	cmd := answers(&cobra.Command{Use: use + " APP", Short: short, Args: cobra.ExactArgs(1)})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			a, err := do(cmd.Context(), t, args[0])
			if err != nil {
				return err
			}
			return tell(s, cmd, a.Redacted(), fact{"app", a.DisplayName}, fact{"now", done})
		})
	}
	return cmd
}

// appWithSecret is an app with a secret that is shown once.
type appWithSecret struct {
	App    any        `json:"application"`
	Secret string     `json:"secret,omitempty"`
	Until  *time.Time `json:"validUntil,omitempty"`
}

func newAppAdd(s *streams, f *dataFlags) *cobra.Command {
	var n admin.NewApp
	cmd := &cobra.Command{Use: "add NAME", Short: "Register an app", Args: cobra.ExactArgs(1)}
	flags := cmd.Flags()
	flags.StringSliceVar(&n.Redirects.Web, "web", nil, "reply `addresses` of a web app")
	flags.StringSliceVar(&n.Redirects.SPA, "spa", nil, "reply `addresses` of a single-page app")
	flags.StringSliceVar(&n.Redirects.Public, "public", nil, "reply `addresses` of an app on the device, such as http://localhost")
	flags.BoolVar(&n.Secret, "secret", false, "make a client secret and print it once")
	flags.StringSliceVar(&n.Identifiers, "identifier", nil, "`names` by which other apps ask for it, such as api://orders")
	flags.StringSliceVar(&n.Scopes, "scope", nil, "`permissions` that it offers and that people may consent to")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		n.Name = args[0]
		return f.with(cmd, s, func(t *admin.Tenant) error {
			a, secret, err := t.AddApp(cmd.Context(), n)
			if err != nil {
				return err
			}
			return tell(s, cmd, appWithSecret{App: a.Redacted(), Secret: secret}, fact{"app", a.DisplayName}, fact{"client id", string(a.AppID)}, secretFact(secret))
		})
	}
	return cmd
}

func secretFact(secret string) fact {
	if secret == "" {
		return fact{}
	}
	return fact{"secret", secret + "  (shown once)"}
}

func newAppList(s *streams, f *dataFlags) *cobra.Command {
	cmd := answers(&cobra.Command{Use: "list", Short: "List the apps", Args: cobra.NoArgs})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			apps, err := t.Apps(cmd.Context())
			if err != nil {
				return err
			}
			for i := range apps {
				apps[i], _ = apps[i].Redacted().(admin.App)
			}
			return list(s, cmd, apps, []string{"app", "client id", "replies to", "known as"}, func(a *admin.App) []report.Cell {
				return []report.Cell{report.Text(a.DisplayName), report.Text(string(a.AppID)), report.Text(replies(&a.Redirects)), report.Text(strings.Join(a.IdentifierURIs, "\n"))}
			})
		})
	}
	return cmd
}

// replies lists reply addresses with their types.
func replies(r *admin.Redirects) string {
	var lines []string
	for _, of := range []struct {
		kind string
		uris []string
	}{{"web", r.Web}, {"spa", r.SPA}, {"public", r.Public}} {
		for _, uri := range of.uris {
			lines = append(lines, of.kind+" "+uri)
		}
	}
	return strings.Join(lines, "\n")
}

func newAppShow(s *streams, f *dataFlags) *cobra.Command {
	cmd := answers(&cobra.Command{Use: "show APP", Short: "Show an app", Args: cobra.ExactArgs(1)})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		loc, err := zone(cmd)
		if err != nil {
			return err
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			a, err := t.FindApp(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			facts := []fact{{"app", a.DisplayName}, {"client id", string(a.AppID)}, {"replies to", strings.ReplaceAll(replies(&a.Redirects), "\n", ", ")}, {"known as", strings.Join(a.IdentifierURIs, ", ")}}
			for _, scope := range a.Scopes {
				facts = append(facts, fact{"offers", scope.Value})
			}
			for _, secret := range a.Secrets {
				facts = append(facts, fact{"secret", fmt.Sprintf("%s… %s until %s", secret.Hint, secret.DisplayName, s.style(loc).Time(secret.End))})
			}
			return tell(s, cmd, a.Redacted(), facts...)
		})
	}
	return cmd
}

func newAppSecret(s *streams, f *dataFlags) *cobra.Command {
	var label, remove string
	var life time.Duration
	cmd := &cobra.Command{
		Use: "secret APP", Short: "Make one more client secret, or take one away", Args: cobra.ExactArgs(1),
		Long: "Makes a client secret and prints it once; the earlier ones stay good, so that they can be\nreplaced one after the other. --remove takes one away.",
	}
	cmd.Flags().StringVar(&label, "label", "command line", "what the `secret` is for")
	cmd.Flags().DurationVar(&life, "life", 0, "how `long` it is good (default a year)")
	cmd.Flags().StringVar(&remove, "remove", "", "take away the secret of this key `id`, or whose text begins so")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		loc, err := zone(cmd)
		if err != nil {
			return err
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			if remove != "" {
				a, err := t.RemoveSecret(cmd.Context(), args[0], remove)
				if err != nil {
					return err
				}
				return tell(s, cmd, a.Redacted(), fact{"app", a.DisplayName}, fact{"now", fmt.Sprintf("%d secrets", len(a.Secrets))})
			}
			a, made, text, err := t.AddSecret(cmd.Context(), args[0], label, life)
			if err != nil {
				return err
			}
			return tell(s, cmd, appWithSecret{App: a.Redacted(), Secret: text, Until: &made.End}, fact{"app", a.DisplayName}, secretFact(text), fact{"until", s.style(loc).Time(made.End)})
		})
	}
	return cmd
}

func newAppRedirect(s *streams, f *dataFlags) *cobra.Command {
	var kind, remove string
	cmd := &cobra.Command{Use: "redirect APP [ADDRESS]", Short: "Register a reply address, or take one away", Args: cobra.RangeArgs(1, 2)}
	cmd.Flags().StringVar(&kind, "type", "web", "the `kind` of client that it belongs to: web, spa or public")
	cmd.Flags().StringVar(&remove, "remove", "", "take this `address` away")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if (len(args) == 2) == (remove != "") {
			return fmt.Errorf("needs one of ADDRESS and --remove")
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			var a admin.App
			var err error
			if remove != "" {
				a, err = t.RemoveRedirect(cmd.Context(), args[0], remove)
			} else {
				a, err = t.AddRedirect(cmd.Context(), args[0], admin.RedirectType(kind), args[1])
			}
			if err != nil {
				return err
			}
			return tell(s, cmd, a.Redacted(), fact{"app", a.DisplayName}, fact{"replies to", strings.ReplaceAll(replies(&a.Redirects), "\n", ", ")})
		})
	}
	return cmd
}

func newAppAllow(s *streams, f *dataFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use: "allow APP RESOURCE PERMISSION...", Short: "Consent for everybody that an app uses permissions of another", Args: cobra.MinimumNArgs(3),
	}
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			c, err := t.AllowApp(cmd.Context(), args[0], args[1], args[2:])
			if err != nil {
				return err
			}
			return tell(s, cmd, c, fact{"app", args[0]}, fact{"may", strings.Join(c.Scopes, ", ")}, fact{"of", args[1]})
		})
	}
	return cmd
}
