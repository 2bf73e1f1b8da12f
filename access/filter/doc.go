// Package filter is the rule language of Conditional Access filters: rules over
// the properties of a device (CA-83 to CA-91) or over custom security
// attributes of an app (CA-37). It parses rules, prints them, and matches them
// against values that may be unknown.
package filter
