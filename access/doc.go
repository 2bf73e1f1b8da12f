// Package access decides whether an attempt to sign in or to get a token may
// in, by Conditional Access policies as Microsoft Graph defines them.
//
// Compile turns the policies, named locations and authentication strengths of
// a tenant into a Set; a Set is immutable and safe for concurrent use. Decide
// answers for one attempt, whose Facts may be partly unknown: grant, interrupt
// (the person can go on by doing something), block, or undetermined where the
// answer depends on a fact nobody knows. Explain answers the same and tells
// what every policy did and why; Remedies finds the smallest changes that would
// lead to grant, each checked by deciding again.
//
// The package looks nothing up and keeps no time: whatever the answer depends
// on is in the policies or in the facts. Identifiers such as CA-101 in comments
// name rules; doc/decisions/0002-semantics.md tells how the rules were read
// where they leave room.
package access
