package admin

import (
	"context"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// TenantChange is what to change of a tenant; empty members stay as they are.
type TenantChange struct {
	Name                                    string
	AddDomains                              []string
	Disclosure, UserConsent                 string
	SecurityDefaults, KeepSignedIn          string // on, off
	HelpName, HelpEmail, HelpPhone, HelpURL string
}

// Change changes a tenant's settings.
func (t *Tenant) Change(ctx context.Context, c TenantChange) (directory.Tenant, error) {
	defaults, err := readSwitch("security defaults", c.SecurityDefaults)
	if err != nil {
		return t.Tenant, err
	}
	keep, err := readSwitch("keep signed in", c.KeepSignedIn)
	if err != nil {
		return t.Tenant, err
	}
	return t.d.Tenants.Update(ctx, t.change(), t.ID, func(now *directory.Tenant) error {
		set := &now.Settings
		replace(&now.DisplayName, c.Name)
		replace((*string)(&set.Disclosure), c.Disclosure)
		replace((*string)(&set.UserConsent), c.UserConsent)
		replace(&set.Help.Name, c.HelpName)
		replace(&set.Help.Email, c.HelpEmail)
		replace(&set.Help.Phone, c.HelpPhone)
		replace(&set.Help.URL, c.HelpURL)
		if defaults != nil {
			set.SecurityDefaults = *defaults
		}
		if keep != nil {
			set.KeepSignedIn = keep
		}
		for _, domain := range c.AddDomains {
			now.Domains = append(now.Domains, directory.Domain{Name: domain, Verified: true})
		}
		return nil
	})
}

func replace(value *string, with string) {
	if with != "" {
		*value = with
	}
}

// readSwitch reads on or off; empty: neither.
func readSwitch(what, text string) (*bool, error) {
	on := text == "on"
	switch text {
	case "":
		return nil, nil
	case "on", "off":
		return &on, nil
	}
	return nil, fault.New(fault.Invalid, "%s: %q is neither on nor off.", what, text)
}
