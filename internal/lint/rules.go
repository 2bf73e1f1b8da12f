package lint

import "slices"

// Rules are all kinds of findings, by name.
func Rules() []Rule {
	all := []Rule{
		{"unreadable", Error, "a file, or an object in it, cannot be read"},
		{"invalid", Error, "an object breaks a rule of its format: the engine refuses it"},
		{"duplicate-id", Error, "two objects have one id"},
		{"unrecognised", Error, "a policy holds a value that nobody understands"},
		{"placeholder", Error, "something stands where an id should"},
		{"unknown-location", Error, "a policy names a location that is not there"},
		{"unknown-strength", Error, "a policy names an authentication strength that is not there"},
		{"unknown-group", Warning, "a policy names a group that is not in the snapshot"},
		{"unknown-user", Warning, "a policy names a user who is not in the snapshot"},
		{"empty-group", Info, "a policy includes a group without members"},
		{"contradictory", Warning, "a policy includes what it excludes, or demands what cannot stand together"},
		{"never-matches", Error, "a policy applies to no attempt whatever"},
		{"superseded", Warning, "another policy always applies, too, and demands at least as much"},
		{"exclusion-gap", Warning, "nothing is demanded of something that a policy excludes"},
		{"security-defaults", Error, "policies are enabled beside security defaults"},
		{"report-only", Info, "a policy only reports"},
		{"legacy-authentication", Warning, "a password alone gets in through clients that know no MFA"},
		{"too-many", Warning, "there is more of something than a tenant takes"},
		{"wide-range", Warning, "a named location holds a whole /8"},
		{"lock-out", Error, "nobody who could change a policy has a way in"},
		{"administrator-locked-out", Warning, "an administrator has no way in"},
		{"no-emergency-access", Warning, "no administrator gets in without a known device or network"},
		{"would-lock-out", Warning, "a policy would lock out every administrator if it were enabled"},
	}
	for _, r := range writeRules {
		all = append(all, Rule{r.name, r.severity, r.summary})
	}
	slices.SortFunc(all, func(a, b Rule) int {
		if a.Severity != b.Severity {
			return a.Severity.rank() - b.Severity.rank()
		}
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return all
}
