// Package risk owns the live detections that become the facts "sign-in risk"
// and "user risk": a small number of signs, each named as Graph names it, each
// with its evidence kept.
//
// A Places says where an address is; a History is what is remembered of one
// person's sign-ins, and a Crowd what is remembered of one address's failures
// across people. Assess weighs an attempt against them and changes nothing;
// Succeeded and Failed remember. All times are given by the caller.
//
// What no database tells is not known: without a Places there is no country and
// no distance, and no detection that would need one speaks.
package risk
