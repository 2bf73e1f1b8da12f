package web

import (
	"context"
	"errors"
	"html/template"

	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// Pipeline is what the pages need of the sign-in; a *signin.Pipeline is one.
type Pipeline interface {
	// Show returns the page that a hop leads to, changing nothing.
	Show(ctx context.Context, caller signin.Caller, hop string) (signin.Answer, error)
	// Submit takes what the page posted and returns what comes next.
	Submit(ctx context.Context, caller signin.Caller, hop string, input signin.Input) (signin.Answer, error)
}

// Parts are what a Front is made of; Pipeline is required.
type Parts struct {
	Pipeline Pipeline
}

// Front serves the pages. It is safe for concurrent use.
type Front struct {
	pipeline  Pipeline
	pages     map[string]*template.Template
	assets    assets
	languages map[result.Language]*words
	order     []result.Language
	router    *route.Router
}

// New reads the pages and their words, which are part of the program. It fails
// without a pipeline, or if what is embedded cannot be read.
func New(parts Parts) (*Front, error) {
	if parts.Pipeline == nil {
		return nil, errors.New("set the pages up: a pipeline is required")
	}
	f := &Front{pipeline: parts.Pipeline, order: result.Languages()}
	var err error
	if f.assets, err = readAssets(); err != nil {
		return nil, err
	}
	if f.pages, err = readPages(f.assets); err != nil {
		return nil, err
	}
	if f.languages, err = readWords(f.order); err != nil {
		return nil, err
	}
	return f, nil
}

// Mount declares the routes. Fail answers where no front could and is for
// route.Options.Fail.
func (f *Front) Mount(r *route.Router) {
	f.router = r
	page := route.Rules{}
	r.Handle("GET "+signin.PagePath+"/{page}", page, f.showStep)
	r.Handle("POST "+signin.PagePath+"/{page}", page, f.submitStep)
	r.Handle("GET /signed-out", page, f.signedOut)
	r.Handle("GET /error", page, f.showCode)
	r.Handle("POST /error", page, f.findCode)
	r.Handle("GET /static/{file}", page, f.asset)
}
