package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/sallyport-id/sallyport/internal/app"
	"github.com/sallyport-id/sallyport/internal/app/config"
	"github.com/sallyport-id/sallyport/internal/app/demo"
	"github.com/sallyport-id/sallyport/internal/report"
)

func newServeCommand(s *streams) *cobra.Command {
	var file string
	var options app.Options
	var f config.Config
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the identity provider",
		Long: `Runs the identity provider until it is interrupted: OpenID Connect and OAuth 2.0,
the sign-in pages, and a refusal page that says why.

With --demo there is something to try at once: a tenant with people, apps, devices and
ten policies, and a page from which to sign in.

Every setting has a default. doc/sallyport.sample.yaml lists them all. A flag wins over the
environment (SALLYPORT_LISTEN, …), which wins over the file that --config names.`,
		Args: cobra.NoArgs,
	}
	flags := cmd.Flags()
	flags.StringVar(&file, "config", "", "read settings from a YAML `file`")
	flags.BoolVar(&options.Demo, "demo", false, "with a tenant to try, for this machine only")
	flags.StringVar(&f.Listen, "listen", "", "listen on this `address` (default localhost:8080)")
	flags.StringVar(&f.Origin, "origin", "", "the server's `address` as people know it, such as https://login.example")
	flags.StringVar(&f.Data, "data", "", "keep the data in this `folder` (default ./var)")
	flags.StringVar((*string)(&f.TLS.Mode), "tls", "", "`how` to speak https: off, local or files (default off)")
	flags.Var((*networks)(&f.Proxies), "proxies", "believe X-Forwarded-For from these `networks`")
	flags.StringSliceVar(&f.GeoIP, "geoip", nil, "find countries in these MaxMind DB `files`")
	flags.StringVar(&f.Log.Level, "log-level", "", "log at this `level`: debug, info, warn or error (default info, in a demo warn)")
	flags.StringVar(&f.Log.Format, "log-format", "", "log as text or json (default text)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := config.Read(config.Source{File: file, Env: s.env, Override: func(c *config.Config) map[string]string {
			if options.Demo && s.env(config.EnvironmentName("log.level")) == "" && file == "" {
				c.Log.Level = "warn" // the table is what to look at
			}
			return override(c, &f, flags)
		}})
		if err != nil {
			return s.faults(cmd, err)
		}
		server, err := app.Open(cmd.Context(), c, options, app.Machine{Now: s.now, Log: s.err, Version: version()})
		if err != nil {
			return err
		}
		s.welcome(cmd.Context(), server)
		return server.Serve(cmd.Context())
	}
	return cmd
}

// override puts what flags say into c, and tells which flag set what.
func override(c, f *config.Config, flags *pflag.FlagSet) map[string]string {
	set := map[string]string{}
	for _, one := range []struct {
		flag, path string
		put        func()
	}{
		{"listen", "listen", func() { c.Listen = f.Listen }},
		{"origin", "origin", func() { c.Origin = f.Origin }},
		{"data", "data", func() { c.Data = f.Data }},
		{"tls", "tls.mode", func() { c.TLS.Mode = f.TLS.Mode }},
		{"proxies", "proxies", func() { c.Proxies = f.Proxies }},
		{"geoip", "geoip", func() { c.GeoIP = f.GeoIP }},
		{"log-level", "log.level", func() { c.Log.Level = f.Log.Level }},
		{"log-format", "log.format", func() { c.Log.Format = f.Log.Format }},
	} {
		if flags.Changed(one.flag) {
			one.put()
			set[one.path] = "--" + one.flag
		}
	}
	return set
}

// networks is a flag that takes networks.
type networks []netip.Prefix

// String is the flag's value as it is written.
func (n *networks) String() string { return strings.Trim(fmt.Sprint(*n), "[]") }

// Type is how help calls the value.
func (n *networks) Type() string { return "networks" }

// Set reads one or several networks, separated by commas.
func (n *networks) Set(text string) error {
	for one := range strings.SplitSeq(text, ",") {
		p, err := config.ParseNetwork(strings.TrimSpace(one))
		if err != nil {
			return err
		}
		*n = append(*n, p)
	}
	return nil
}

// faults tells all that is wrong with a configuration, a line each; the error
// that is left is the last line.
func (s *streams) faults(cmd *cobra.Command, err error) error {
	var all config.Faults
	if !errors.As(err, &all) || len(all) < 2 {
		return err
	}
	for _, f := range all {
		fmt.Fprintf(s.err, "%s: %s\n", cmd.CommandPath(), oneLine(f.Error()))
	}
	return fmt.Errorf("%d settings are wrong", len(all))
}

// welcome tells where the server is, and in a demo what there is to try.
func (s *streams) welcome(ctx context.Context, server *app.Server) {
	w := s.out
	style := s.style(nil)
	if file := server.AuthorityFile(); file != "" {
		fmt.Fprintf(w, "%s\n\n", trustHint(file))
	}
	guide := server.Guide()
	if guide == nil {
		fmt.Fprintf(w, "Sallyport serves %s\n", server.Origin())
		if !server.HasTenant(ctx) {
			fmt.Fprintln(w, "There is no tenant yet: “sallyport tenant add DOMAIN” makes one, “serve --demo” has one to try.")
		}
		return
	}
	_ = writeGuide(w, style, guide) // who closed the terminal still wants the server
}

// writeGuide prints what there is to try.
func writeGuide(w io.Writer, style report.Style, guide *demo.Guide) error {
	fmt.Fprintf(w, "Open       %s\n", style.Paint(report.Strong, guide.Address))
	fmt.Fprintf(w, "Password   %s  (everybody’s)\n\n", style.Paint(report.Strong, guide.Password))
	table := report.NewTable("sign in as", "and see")
	for _, p := range guide.People {
		table.Row(report.Text(p.Name), report.Text(p.Fate))
	}
	table.Give(1)
	if err := table.Write(w, style); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "\nThe page lets you come from other places, platforms and devices. Stop with Ctrl-C.")
	return err
}

// trustHint tells how to trust the local authority.
func trustHint(file string) string {
	return strings.Join([]string{
		"https is served with a certificate authority of this server’s own. To trust it:",
		"  this shell   export SSL_CERT_FILE=" + file + " NODE_EXTRA_CA_CERTS=" + file,
		"  curl         curl --cacert " + file + " …",
		"  macOS        security add-trusted-cert -k ~/Library/Keychains/login.keychain-db " + file,
		"  Windows      certutil -user -addstore Root " + file,
		"  Debian       sudo cp " + file + " /usr/local/share/ca-certificates/sallyport.crt && sudo update-ca-certificates",
		"  Firefox      Settings, Privacy & Security, View Certificates, Authorities, Import",
	}, "\n")
}
