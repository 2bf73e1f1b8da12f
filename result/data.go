package result

import (
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed data/codes.json data/schema.json data/text/*.json
var data embed.FS

// Schema returns the JSON Schema of the catalogue: of the facts file, of a text file and of the JSON export ([Description]), each under
// its name in "$defs".
func Schema() []byte {
	b, err := data.ReadFile("data/schema.json")
	if err != nil {
		panic(fmt.Sprintf("result: embedded schema: %v", err))
	}
	return b
}

// decodeEmbedded reads a file of the catalogue. The files are compiled in and every one is decoded by a test, so a failure here is a
// broken build and not something a caller could act on.
func decodeEmbedded(name string, into any) {
	b, err := data.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		panic(fmt.Sprintf("result: embedded %s: %v", name, err))
	}
}
