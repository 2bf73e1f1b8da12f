// Package result is the catalogue of result codes: the numbers on sign-in attempts, what each of them means, and for whom.
//
// A code is 0 or a number of five to seven digits. Its [Entry] holds the facts: the stage of the pipeline at which it arises, whether it
// is an interruption or a refusal, whether it passes by itself, who can do something about it, what it proves about the first factor, the
// OAuth answer that goes with it, the codes it is related to, and the base risk of the code alone. Its [Text] holds the prose, in English,
// Japanese, French and Italian, for the person refused, for the helpdesk, for the administrator and for the analyst.
//
//	entry, ok := result.Lookup(53003)
//	text := entry.Text(result.English)
//	fmt.Println(entry.Name, text.Summary)
//
// [Find] takes a code, ids and the time out of any pasted text; [Search] finds codes by words.
//
// Facts and prose are data (data/codes.json, data/text/*.json; the format is described in doc/formats/catalogue.md) and embedded in the
// program. Facts are read once, at the first use; of the texts only the languages asked for.
//
// Promise: a code, once here, stays, keeps its number, its name and its base risk; members may be added to the types. Everything is safe
// for concurrent use.
package result
