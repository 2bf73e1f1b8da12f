// Package server measures the identity provider as its operator gets it: the
// real program, in a process of its own, over HTTP on loopback, with its data
// on disk; beside the two things that bound it on the machine at hand, password
// hashes and signatures.
//
//	bounds      argon2id and RS256 on all cores, measured before and after
//	start       from the program's start to the first answered request; memory
//	sign-in     authorize → account page → password page → code, and redeemed
//	refresh     a confidential client's refresh token; two signatures
//	client      client credentials; one signature
//	flood       more passwords than can be hashed, while others refresh
//
// What drives the load needs the same cores as the server. Rates are therefore
// told in two ways: as they came out, and by the processor time that the server
// itself took, which is what a machine with the load elsewhere would show.
package server
