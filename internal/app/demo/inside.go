package demo

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// insideServer answers requests by a handler of this process: the sample app
// reaches the server without a network, whatever certificate it has.
type insideServer struct{ handler http.Handler }

// RoundTrip carries a request out.
func (s insideServer) RoundTrip(q *http.Request) (*http.Response, error) {
	a := &inMemory{header: http.Header{}}
	s.handler.ServeHTTP(a, q)
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return &http.Response{StatusCode: a.status, Header: a.header, Body: io.NopCloser(&a.body), Request: q, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}, nil
}

// inMemory is an answer that is kept in memory.
type inMemory struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *inMemory) Header() http.Header { return a.header }

func (a *inMemory) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *inMemory) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// longestAnswer bounds what the sample app reads.
const longestAnswer = 1 << 20

func readAll(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, longestAnswer))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	return body, nil
}
