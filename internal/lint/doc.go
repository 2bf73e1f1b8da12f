// Package lint finds what is wrong with a tenant snapshot: policies that are
// invalid, that contradict themselves, that never match or that another one
// makes needless; people, apps and places that an exclusion leaves without any
// demand; and policies that together lock everybody out who could change them.
//
// Run returns all findings, the worst first. Rules lists the rules by their
// stable names, which programs may rely on. What can be answered by deciding is
// answered by deciding: the lock-out, the gaps and legacy authentication are
// found by running the engine over the snapshot's people and the ways in.
package lint
