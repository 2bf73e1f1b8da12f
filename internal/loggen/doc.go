// Package loggen makes realistic sign-in logs: a tenant's people at work for
// some weeks, with all the ways in which sign-ins are interrupted and refused,
// and attacks whose records are known. Public logs hold neither refusals by
// Conditional Access nor labelled attacks, so that detections can only be measured
// on logs like these.
//
// What Conditional Access did is not made up: every sign-in whose password was
// right is decided by package access against the tenant's policies, and the record
// tells what the decision tells. Tenant returns those policies, people and places
// as Graph's JSON, for programs that decide again.
//
// A log without attacks is not a quiet one. People mistype, forget passwords,
// travel, are refused abroad on every app of their phone, leave an old password in
// a mail client that tries it all day, do not hear the phone ring, press the wrong
// button; offices share an address; printers use SMTP; developers use device codes;
// new colleagues begin with a temporary pass. A detection that takes any of this
// for an attack shows in the tests.
//
// The same seed gives the same log. Addresses are from blocks that nobody owns
// (RFC 1112, 2544, 3849, 5737, 6598), numbers of network owners from those for
// private use (RFC 6996).
package loggen
