package demo

import (
	"encoding/json"
	"strings"
)

// Guide is what there is to try, for the terminal and the home page.
type Guide struct {
	Address  string // of the home page
	Password string // of everybody
	People   []GuidePerson
	Policies []GuidePolicy
}

// GuidePerson is somebody to sign in as.
type GuidePerson struct{ Name, Fate string }

// GuidePolicy is a policy with which of its states it was made.
type GuidePolicy struct {
	ID, Name string
	Report   bool // it only reports
}

// Guide returns what there is to try.
func (d *Demo) Guide() *Guide {
	g := &Guide{Address: d.parts.Origin + "/demo", Password: Password}
	for _, p := range people {
		g.People = append(g.People, GuidePerson{p.name + "@" + Domain, p.fate})
	}
	for _, p := range visitors {
		g.People = append(g.People, GuidePerson{p.name + "@" + homeDomain, p.fate})
	}
	var list []struct {
		ID          string `json:"id"`
		DisplayName string `json:"displayName"`
		State       string `json:"state"`
	}
	if json.Unmarshal(policiesJSON, &list) == nil { // the file is part of the program, and a test reads it
		for _, p := range list {
			g.Policies = append(g.Policies, GuidePolicy{p.ID, p.DisplayName, strings.Contains(p.State, "Reporting")})
		}
	}
	return g
}

// Apps returns the names of the sample apps by their keys in addresses.
func Apps() map[string]string {
	names := map[string]string{}
	for _, a := range apps {
		names[a.Key] = a.Name
	}
	return names
}

// Named returns the guise with the name of a place, a platform or a device, and
// whether there is one; an empty name is no guise.
func Named(name string) (Guise, bool) {
	for _, p := range places {
		if p.Name == name {
			return Guise{Place: p.Key}, true
		}
	}
	for _, p := range platforms {
		if p.Name == name {
			return Guise{Platform: p.Key}, true
		}
	}
	for _, d := range devices {
		if d.Name == name {
			return Guise{Device: d.Key}, true
		}
	}
	return Guise{}, name == ""
}
