package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/app/admin"
	"github.com/sallyport-id/sallyport/internal/report"
)

func newTenantCommand(s *streams) *cobra.Command {
	f := &dataFlags{}
	return group(f, "tenant", "Make and change the tenants of a server", `Makes and changes the tenants of a server, directly in its data: no server has to run, and
nobody to sign in. A running server sees each change with its next request. Every change is
audited as one of the command line.`,
		newTenantAdd(s, f), newTenantList(s, f), newTenantShow(s, f), newTenantSet(s, f), newTenantExport(s, f), newTenantAudit(s, f))
}

func newTenantAdd(s *streams, f *dataFlags) *cobra.Command {
	var name string
	cmd := &cobra.Command{Use: "add DOMAIN", Short: "Make a tenant with a domain", Args: cobra.ExactArgs(1)}
	cmd.Flags().StringVar(&name, "name", "", "its display `name` (default: the domain)")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return f.open(cmd.Context(), s, true, func(a *admin.Admin) error {
			t, err := a.AddTenant(cmd.Context(), args[0], name)
			if err != nil {
				return err
			}
			return tell(s, cmd, t, fact{"tenant", t.DisplayName}, fact{"id", string(t.ID)}, fact{"domain", t.DefaultDomain()})
		})
	}
	return cmd
}

func newTenantList(s *streams, f *dataFlags) *cobra.Command {
	cmd := answers(&cobra.Command{Use: "list", Short: "List the tenants", Args: cobra.NoArgs})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return f.open(cmd.Context(), s, false, func(a *admin.Admin) error {
			all, err := a.Tenants(cmd.Context())
			if err != nil {
				return err
			}
			return list(s, cmd, all, []string{"domain", "name", "id"}, func(t *admin.TenantObject) []report.Cell {
				return []report.Cell{report.Text(t.DefaultDomain()), report.Text(t.DisplayName), report.Text(string(t.ID))}
			})
		})
	}
	return cmd
}

func newTenantShow(s *streams, f *dataFlags) *cobra.Command {
	cmd := answers(&cobra.Command{Use: "show", Short: "Show a tenant and its settings", Args: cobra.NoArgs})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			return tell(s, cmd, t.Tenant, tenantFacts(t)...)
		})
	}
	return cmd
}

// tenantFacts are what people want to know of a tenant.
func tenantFacts(t *admin.Tenant) []fact {
	var domains []string
	for _, d := range t.Domains {
		domains = append(domains, d.Name)
	}
	set := t.Settings
	return []fact{
		{"tenant", t.DisplayName}, {"id", string(t.ID)}, {"domains", strings.Join(domains, ", ")},
		{"disclosure", string(set.Disclosure)}, {"defaults", "security defaults " + onOff(set.SecurityDefaults)},
		{"keep signed in", onOff(set.KeepSignedIn == nil || *set.KeepSignedIn)}, {"user consent", string(set.UserConsent)},
		{"help", strings.Trim(strings.Join([]string{set.Help.Name, set.Help.Email, set.Help.Phone, set.Help.URL}, " "), " ")},
	}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func newTenantSet(s *streams, f *dataFlags) *cobra.Command {
	var c admin.TenantChange
	cmd := &cobra.Command{
		Use: "set", Short: "Change a tenant's settings", Args: cobra.NoArgs,
		Long: "Changes those settings of a tenant whose flags are given.",
	}
	flags := cmd.Flags()
	flags.StringVar(&c.Name, "name", "", "its display `name`")
	flags.StringSliceVar(&c.AddDomains, "add-domain", nil, "more verified `domains`")
	flags.StringVar(&c.Disclosure, "disclosure", "", "how `much` a refused person is told: none, code, remedy or condition")
	flags.StringVar(&c.SecurityDefaults, "security-defaults", "", "`on` or off; on takes that no policy is enabled")
	flags.StringVar(&c.KeepSignedIn, "keep-signed-in", "", "ask “stay signed in?”: `on` or off")
	flags.StringVar(&c.UserConsent, "user-consent", "", "what people may consent to: `none`, lowImpact or all")
	flags.StringVar(&c.HelpName, "help-name", "", "whom a refused person should ask: a `name`")
	flags.StringVar(&c.HelpEmail, "help-email", "", "… an `address`")
	flags.StringVar(&c.HelpPhone, "help-phone", "", "… a `number`")
	flags.StringVar(&c.HelpURL, "help-url", "", "… a `page`")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if cmd.Flags().NFlag() == 0 {
			return fmt.Errorf("nothing to set: a flag is expected (--help lists them)")
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			changed, err := t.Change(cmd.Context(), c)
			if err != nil {
				return err
			}
			t.Tenant = changed
			return tell(s, cmd, changed, tenantFacts(t)...)
		})
	}
	return cmd
}

func newTenantExport(s *streams, f *dataFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use: "export FOLDER", Short: "Write a tenant as a snapshot, for whatif, check, replay and the others", Args: cobra.ExactArgs(1),
		Long: `Writes policies, named locations, authentication strengths, people, groups, roles and apps
of a tenant into files as Graph has them: what the other verbs read with --tenant.`,
	}
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			counts, err := t.Export(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			facts := []fact{{"folder", args[0]}}
			for _, c := range counts {
				facts = append(facts, fact{c.What, report.Count(int64(c.Count))})
			}
			return tell(s, cmd, counts, facts...)
		})
	}
	return cmd
}

func newTenantAudit(s *streams, f *dataFlags) *cobra.Command {
	var limit int
	cmd := &cobra.Command{Use: "audit", Short: "Show who changed what, the latest first", Args: cobra.NoArgs}
	cmd.Flags().IntVar(&limit, "limit", 50, "at most so `many`, 1000 or less")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		loc, err := zone(cmd)
		if err != nil {
			return err
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			entries, err := t.Changes(cmd.Context(), limit)
			if err != nil {
				return err
			}
			return list(s, cmd, entries, []string{"time", "who", "did", "to", "name"}, func(e *admin.Change) []report.Cell {
				who := e.By.Name
				if who == "" {
					who = string(e.By.Kind)
				}
				return []report.Cell{report.Text(s.style(loc).Time(e.At)), report.Text(who), report.Text(e.Action), report.Text(e.Kind), report.Text(e.Name)}
			})
		})
	}
	return cmd
}
