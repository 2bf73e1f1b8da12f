// Package detections measures triage on logs whose attacks are known: how many of
// the planted attacks are found, how many findings rest on one, and how many
// findings a clean month gives.
package detections
