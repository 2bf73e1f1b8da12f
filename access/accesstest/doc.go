// Package accesstest is a language for cases of conditional access: policies
// by name, the facts of an attempt, and what must come of it. A case is text
// that anyone can read and add; README.md tells every word of the language.
//
//	Load reads case files; Case is one of them, ready to be decided.
//	Run asks an Evaluator and compares. Engine is ours; any other that
//	answers the same question can be put in its place.
//	Corpus is the project's own collection, one file per condition, control
//	or topic, each case citing the rules it proves.
//
// The exported names are stable within a major version; the language only
// grows.
package accesstest
