package graphjson

import (
	"strconv"
	"strings"
)

// joinPath returns the JSON path of the named member of the object at path.
func joinPath(path, name string) string {
	if path == "" {
		return shorten(name)
	}
	return path + "." + shorten(name)
}

// indexPath returns the JSON path of item i of the array at path.
func indexPath(path string, i int) string {
	return path + "[" + strconv.Itoa(i) + "]"
}

// splitPath returns the steps of a JSON path that joinPath and indexPath made;
// an index becomes the step "[]", which stands for a new item.
func splitPath(path string) []string {
	var steps []string
	for _, s := range strings.Split(path, ".") {
		name, _, isItem := strings.Cut(s, "[")
		if name != "" {
			steps = append(steps, name)
		}
		if isItem {
			steps = append(steps, "[]")
		}
	}
	return steps
}
