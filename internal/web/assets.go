package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/sallyport-id/sallyport/internal/route"
)

//go:embed static
var staticFiles embed.FS

// assets are the embedded files that pages refer to.
type assets struct {
	names map[string]string // file → its name with a fingerprint of its content
	files map[string][]byte // that name → content
}

// readAssets gives each file a name that changes with its content, so that
// browsers may keep it for good.
func readAssets() (assets, error) {
	a := assets{map[string]string{}, map[string][]byte{}}
	entries, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		return a, fmt.Errorf("read the static files: %w", err)
	}
	for _, e := range entries {
		content, err := fs.ReadFile(staticFiles, path.Join("static", e.Name()))
		if err != nil {
			return a, fmt.Errorf("read static file %s: %w", e.Name(), err)
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(e.Name())
		name := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		a.names[e.Name()], a.files[name] = name, content
	}
	return a, nil
}

// Path returns where a file is served.
func (a assets) Path(file string) (string, error) {
	name, ok := a.names[file]
	if !ok {
		return "", fmt.Errorf("there is no static file %q", file)
	}
	return "/static/" + name, nil
}

// kinds are the media types of the files; a table of the system's could differ.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

// asset answers a static file.
func (f *Front) asset(w http.ResponseWriter, q *http.Request) {
	name := q.PathValue("file")
	content, ok := f.assets.files[name]
	if !ok {
		f.router.Fail(w, q, http.StatusNotFound)
		return
	}
	route.CacheFor(w, "31536000, immutable")
	w.Header().Set("Content-Type", kinds[path.Ext(name)])
	w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	_, _ = w.Write(content) // whoever left needs no answer
}
