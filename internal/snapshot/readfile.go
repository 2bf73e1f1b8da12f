package snapshot

import "io"

// ReadFile returns what is in a file, or in stdin if the path is "-", unpacked;
// it takes files up to MaxFileSize. The error says which file. Name is how
// other errors about it may call it.
func ReadFile(path string, stdin io.Reader) (called string, data []byte, err error) {
	f := &files{stdin: stdin}
	data, problem := f.read(path)
	if problem != nil {
		return name(path), nil, problem
	}
	return name(path), data, nil
}
