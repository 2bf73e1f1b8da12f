// Package factor owns the ways in which people and devices prove who they are:
// passwords, authenticator apps, passkeys, temporary access passes, and device
// keys. Each proves one thing and says which; what follows from it is the
// pipeline's business.
//
// Nothing here stores anything: what a proof uses up (a code's step, a passkey's
// counter, a one-time pass) is changed in the directory's UserCredentials, which
// the caller updates in one transaction. Times and randomness come from the
// caller. Work that is slow on purpose is bounded by a Passwords.
package factor
