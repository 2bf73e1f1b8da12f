package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/app/admin"
	"github.com/sallyport-id/sallyport/internal/report"
)

func newDeviceCommand(s *streams) *cobra.Command {
	f := &dataFlags{}
	return group(f, "device", "Register devices and say how they are", `Registers devices and says how they are, directly in a server's data: no server has to run,
and nobody to sign in. A device is named by name or id. Every change is audited as one of
the command line.`,
		newDeviceAdd(s, f), newDeviceList(s, f), newDeviceShow(s, f), newDeviceCompliant(s, f), newDeviceRenew(s, f),
		deviceChange(s, f, "disable", "Refuse a device", "disabled", func(ctx context.Context, t *admin.Tenant, name string) (admin.Device, error) {
			return t.EnableDevice(ctx, name, false)
		}),
		deviceChange(s, f, "enable", "Accept a device again", "enabled", func(ctx context.Context, t *admin.Tenant, name string) (admin.Device, error) {
			return t.EnableDevice(ctx, name, true)
		}),
		deviceChange(s, f, "remove", "Delete a device", "deleted", func(ctx context.Context, t *admin.Tenant, name string) (admin.Device, error) {
			return t.RemoveDevice(ctx, name)
		}))
}

func deviceChange(s *streams, f *dataFlags, use, short, done string, do func(context.Context, *admin.Tenant, string) (admin.Device, error)) *cobra.Command {
	cmd := answers(&cobra.Command{Use: use + " DEVICE", Short: short, Args: cobra.ExactArgs(1)})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			d, err := do(cmd.Context(), t, args[0])
			if err != nil {
				return err
			}
			return tell(s, cmd, d, fact{"device", d.DisplayName}, fact{"now", done})
		})
	}
	return cmd
}

func newDeviceAdd(s *streams, f *dataFlags) *cobra.Command {
	var n admin.NewDevice
	var out, compliant string
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Register a device and issue its certificate", Args: cobra.ExactArgs(1),
		Long: `Registers a device and issues the certificate by which it proves itself: NAME.crt and
NAME.key in --out. The key is on no other disk. A client presents it by TLS, or signs the
server's challenge with it.`,
	}
	flags := cmd.Flags()
	flags.StringVar(&n.Owner, "owner", "", "whose it is: a `user`")
	flags.StringVar((*string)(&n.Trust), "join", "Workplace", "how it is `joined`: AzureAD, ServerAD or Workplace")
	flags.StringVar(&compliant, "compliant", "", "`yes` or no; nothing: no management has spoken")
	flags.StringVar(&n.System, "system", "", "its operating `system`")
	flags.StringVar(&n.Version, "system-version", "", "the `version` of its operating system")
	flags.StringVar(&out, "out", ".", "the `folder` for certificate and key")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		n.Name = args[0]
		var err error
		if n.Compliant, err = readCompliant(compliant); err != nil {
			return err
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			d, issued, err := t.AddDevice(cmd.Context(), n)
			if err != nil {
				return err
			}
			return s.tellIssued(cmd, d, issued, out)
		})
	}
	return cmd
}

// readCompliant reads what --compliant says.
func readCompliant(text string) (*bool, error) {
	yes := text == "yes"
	switch text {
	case "", "unknown":
		return nil, nil
	case "yes", "no":
		return &yes, nil
	}
	return nil, fmt.Errorf("%q: want yes, no or unknown", text)
}

// tellIssued writes a certificate and its key, and tells where they are.
func (s *streams) tellIssued(cmd *cobra.Command, d admin.Device, issued admin.Issued, folder string) error {
	name := filepath.Join(folder, filepath.Base(filepath.Clean(d.DisplayName)))
	for _, file := range []struct {
		path string
		text []byte
		mode os.FileMode
	}{{name + ".crt", issued.Certificate, 0o644}, {name + ".key", issued.Key, 0o600}} {
		if err := os.WriteFile(file.path, file.text, file.mode); err != nil {
			return fmt.Errorf("the device is registered, but its certificate could not be written (device renew issues another): %w", err)
		}
	}
	return tell(s, cmd, d, fact{"device", d.DisplayName}, fact{"device id", string(d.DeviceID)}, fact{"certificate", name + ".crt"}, fact{"key", name + ".key"})
}

func newDeviceRenew(s *streams, f *dataFlags) *cobra.Command {
	var out string
	cmd := &cobra.Command{Use: "renew DEVICE", Short: "Issue a new certificate; the old one is refused from now on", Args: cobra.ExactArgs(1)}
	cmd.Flags().StringVar(&out, "out", ".", "the `folder` for certificate and key")
	answers(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			d, issued, err := t.RenewDevice(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return s.tellIssued(cmd, d, issued, out)
		})
	}
	return cmd
}

func newDeviceCompliant(s *streams, f *dataFlags) *cobra.Command {
	cmd := answers(&cobra.Command{Use: "compliant DEVICE yes|no|unknown", Short: "Say whether a device meets the rules", Args: cobra.ExactArgs(2)})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		compliant, err := readCompliant(args[1])
		if err != nil {
			return err
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			d, err := t.SetCompliant(cmd.Context(), args[0], compliant)
			if err != nil {
				return err
			}
			return tell(s, cmd, d, fact{"device", d.DisplayName}, fact{"compliant", compliance(&d)})
		})
	}
	return cmd
}

// compliance is whether a device meets the rules, for people.
func compliance(d *admin.Device) string {
	if d.IsCompliant == nil {
		return "unknown"
	}
	return yesNo(*d.IsCompliant)
}

func newDeviceList(s *streams, f *dataFlags) *cobra.Command {
	cmd := answers(&cobra.Command{Use: "list", Short: "List the devices", Args: cobra.NoArgs})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return f.with(cmd, s, func(t *admin.Tenant) error {
			devices, err := t.Devices(cmd.Context())
			if err != nil {
				return err
			}
			return list(s, cmd, devices, []string{"device", "joined", "compliant", "system", "enabled", "device id"}, func(d *admin.Device) []report.Cell {
				return []report.Cell{
					report.Text(d.DisplayName), report.Text(string(d.TrustType)), report.Text(compliance(d)), report.Text(d.OperatingSystem),
					report.Text(yesNo(d.AccountEnabled)), report.Text(string(d.DeviceID)),
				}
			})
		})
	}
	return cmd
}

func newDeviceShow(s *streams, f *dataFlags) *cobra.Command {
	cmd := answers(&cobra.Command{Use: "show DEVICE", Short: "Show a device", Args: cobra.ExactArgs(1)})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		loc, err := zone(cmd)
		if err != nil {
			return err
		}
		return f.with(cmd, s, func(t *admin.Tenant) error {
			d, err := t.FindDevice(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return tell(s, cmd, d, fact{"device", d.DisplayName}, fact{"device id", string(d.DeviceID)}, fact{"joined", string(d.TrustType)},
				fact{"compliant", compliance(&d)}, fact{"system", d.OperatingSystem + " " + d.OSVersion}, fact{"enabled", yesNo(d.AccountEnabled)},
				fact{"certificate", "until " + s.style(loc).Time(d.CertificateUntil)})
		})
	}
	return cmd
}
