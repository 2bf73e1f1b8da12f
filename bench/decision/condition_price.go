package decision

import (
	"fmt"
	"io"
	"net/netip"
	"text/tabwriter"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// added is a condition that every attempt meets. Added to all policies, it
// changes no answer, and what it costs is its price.
type added struct {
	name string
	add  func(*access.Conditions) error
}

var addedConditions = []added{
	{"nothing", func(*access.Conditions) error { return nil }},
	{"client types", func(c *access.Conditions) error {
		c.ClientApps = access.Browser | access.MobileAndDesktop | access.OtherClients
		return nil
	}},
	{"platforms", func(c *access.Conditions) error {
		c.Platforms = &access.PlatformSet{Include: access.PlatformAll, Exclude: access.WindowsPhone}
		return nil
	}},
	{"locations (36 ranges, 2 countries)", func(c *access.Conditions) error {
		c.Locations = &access.LocationSet{Include: access.LocationSelector{All: true}, Exclude: access.LocationSelector{Named: []access.LocationID{nowhereRanges, nowhereCountries}}}
		return nil
	}},
	{"sign-in risk", func(c *access.Conditions) error {
		c.SignInRisk = access.RiskNone | access.RiskLow | access.RiskMedium | access.RiskHigh
		return nil
	}},
	{"user risk", func(c *access.Conditions) error {
		c.UserRisk = access.RiskNone | access.RiskLow | access.RiskMedium | access.RiskHigh
		return nil
	}},
	{"device filter on compliance and trust", func(c *access.Conditions) error {
		return excludeDevices(c, `device.isCompliant -eq True -and device.isCompliant -eq False -or device.trustType -eq "ServerAD" -and device.trustType -eq "AzureAD"`)
	}},
	{"device filter on the model", func(c *access.Conditions) error {
		return excludeDevices(c, `device.model -startsWith "none"`)
	}},
}

const (
	nowhereRanges    = access.LocationID("11000000-0000-4000-8000-000000000001")
	nowhereCountries = access.LocationID("11000000-0000-4000-8000-000000000002")
)

// nowhere are places that no attempt comes from.
func nowhere() []access.Location {
	ranges := access.Location{ID: nowhereRanges}
	for i := range byte(36) {
		ranges.Ranges = append(ranges.Ranges, access.Range{First: netip.AddrFrom4([4]byte{200, i, 0, 0}), Last: netip.AddrFrom4([4]byte{200, i, 0, 255})})
	}
	return []access.Location{ranges, {ID: nowhereCountries, IsCountry: true, Countries: []string{"AQ", "BV"}}}
}

func excludeDevices(c *access.Conditions, text string) error {
	rule, err := filter.ParseDevice(text)
	c.DeviceFilter = &access.Filter{Exclude: true, Rule: rule}
	return err
}

// bare is the workload without the conditions whose price is asked, and without
// the policies that block: nothing narrows them any more.
func bare() *workload {
	full := newWorkload(2*detailed, attempts)
	w := *full
	w.policies = nil
	for _, p := range full.policies {
		if p.controls[0] == "block" || len(w.policies) == detailed {
			continue
		}
		p.clients, p.platforms, p.notPlatforms, p.places, p.notPlaces = nil, nil, nil, nil, nil
		p.signInRisk, p.userRisk, p.flows, p.device = nil, nil, nil, nil
		w.policies = append(w.policies, p)
	}
	return &w
}

// newAdded is access with a condition added to every policy.
func newAdded(w *workload, a added) (engine, error) {
	src, err := w.source()
	if err != nil {
		return engine{}, err
	}
	src.Locations = append(src.Locations, nowhere()...)
	for i := range src.Policies {
		if err := a.add(&src.Policies[i].Conditions); err != nil {
			return engine{}, err
		}
	}
	return newDecide(a.name, src)
}

// conditionPrices measures what each condition costs. All variants are measured
// in turn, so that a slow moment of the machine meets all of them.
func conditionPrices(out, progress io.Writer) error {
	fmt.Fprintln(progress, "the price of each condition")
	w := bare()
	loop := newLoop(w)
	runners := make([]*runner, len(addedConditions))
	runs := make([][]result, len(addedConditions))
	for i, a := range addedConditions {
		e, err := newAdded(w, a)
		if err != nil {
			return err
		}
		if err := agree(w.attempts, e, loop); err != nil {
			return err
		}
		runners[i] = newRunner(w, e)
	}
	for range 9 {
		for i, r := range runners {
			one, err := r.run()
			if err != nil {
				return err
			}
			runs[i] = append(runs[i], one)
		}
	}
	return writePrices(out, len(w.policies), runs)
}

func writePrices(out io.Writer, policies int, runs [][]result) error {
	fmt.Fprintf(out, "\naccess.Decide, %d policies on people and apps, and added to each of them:\n", policies)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	base := fastest(runs[0]).ns
	for i, a := range addedConditions {
		ns := fastest(runs[i]).ns
		fmt.Fprintf(t, "%s\t%.0f ns\t%+.0f\t\n", a.name, ns, ns-base)
	}
	return t.Flush()
}
