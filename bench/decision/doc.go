// Package decision measures access beside other engines. One workload of
// policies and attempts is written for each of them in its own language; before
// anything is timed, all must give the same verdicts.
package decision
