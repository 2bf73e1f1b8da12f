package accesstest

import (
	"embed"
	"io/fs"
)

//go:embed testdata/*.case testdata/tenant/*.json
var corpus embed.FS

// Corpus returns the project's own case files, one for each condition, control
// or topic.
func Corpus() fs.FS {
	sub, err := fs.Sub(corpus, "testdata")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}

// LoadCorpus reads all cases of the corpus.
func LoadCorpus() ([]Case, error) {
	files, err := fs.Glob(Corpus(), "*.case")
	if err != nil {
		return nil, err
	}
	return Load(Corpus(), files...)
}
