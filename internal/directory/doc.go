// Package directory owns what a tenant knows: people, groups, roles, apps,
// service principals, consent, devices, places and policies, with the rules
// that each must keep and the interfaces that a store of them must meet.
//
// Every type has a method Check, which first brings a value into its stored
// form (ids in lower case, times in UTC and whole milliseconds, defaults
// filled in) and then reports every broken rule at once, each with the path of
// the member in Graph's JSON. A store calls Check before it writes, so nothing
// that breaks a rule is ever kept. Times come from the caller; nothing here
// reads a clock.
//
// All reading and writing goes through the interfaces that stand beside the
// types. They share a contract:
//
//   - Ids and names are compared without regard to letter case.
//   - What is not there, or belongs to another tenant, is fault.NotFound.
//   - Creating what exists already, under its id or another unique name, is
//     fault.Conflict; so is deleting what something still needs.
//   - A value that breaks a rule is fault.Invalid with all its fields.
//   - An update takes a function and runs in one transaction. The function
//     may run more than once, so it must have no effect but on its arguments;
//     when it fails, nothing is written and the update returns its error.
//   - Every write names its author in a Change and leaves an AuditEntry in
//     the same transaction.
//   - When a method returns, what it wrote survives the end of the process.
package directory
