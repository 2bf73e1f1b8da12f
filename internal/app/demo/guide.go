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
