package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/sallyport-id/sallyport/internal/app/config"
	"github.com/sallyport-id/sallyport/internal/app/data"
)

// certificates give the server's certificate to connections.
type certificates struct {
	// authorityFile is where the local authority's certificate is, to trust.
	authorityFile string
	authority     *data.Authority // nil: the operator's files
	devices       *x509.CertPool
	hosts         []string
	now           func() time.Time

	mu      sync.Mutex
	current *tls.Certificate
	until   time.Time
}

// renewBefore is how long before its end a local certificate is replaced.
const renewBefore = 30 * 24 * time.Hour

// openCertificates returns the certificates that the configuration asks for;
// nil for plain http.
func (s *Server) openCertificates(ctx context.Context) (*certificates, error) {
	mode := s.config.TLS.Mode
	if mode == config.TLSOff {
		return nil, nil
	}
	now := s.machine.Now()
	devices, err := s.folder.DeviceAuthority(ctx, s.machine.Random, now)
	if err != nil {
		return nil, err
	}
	c := &certificates{devices: x509.NewCertPool(), now: s.machine.Now}
	c.devices.AddCert(devices.Certificate)
	if mode == config.TLSFiles {
		pair, err := tls.LoadX509KeyPair(s.config.TLS.Certificate, s.config.TLS.Key)
		if err != nil {
			return nil, fmt.Errorf("read the server's certificate: %w", err)
		}
		c.current = &pair
		return c, nil
	}
	if c.authority, err = s.folder.ServerAuthority(ctx, s.machine.Random, now); err != nil {
		return nil, err
	}
	if err := s.folder.Write(c.authority.PEM(), 0o644, "tls", "ca.crt"); err != nil {
		return nil, err
	}
	c.authorityFile = s.folder.Path("tls", "ca.crt")
	c.hosts = hostsOf(s.origin)
	_, err = c.get(nil)
	return c, err
}

// hostsOf returns the names under which a local server is reached.
func hostsOf(origin string) []string {
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	if u, err := url.Parse(origin); err == nil && !slices.Contains(hosts, u.Hostname()) {
		hosts = append([]string{u.Hostname()}, hosts...)
	}
	return hosts
}

// get returns the certificate for a connection. A local one is made anew in
// time; its key is in memory only.
func (c *certificates) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if c.authority == nil || c.current != nil && now.Before(c.until) {
		return c.current, nil
	}
	der, key, err := c.authority.Server(c.hosts, now)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read our own certificate: %w", err)
	}
	c.current = &tls.Certificate{Certificate: [][]byte{der, c.authority.Certificate.Raw}, PrivateKey: key, Leaf: leaf}
	c.until = leaf.NotAfter.Add(-renewBefore)
	return c.current, nil
}

// config asks connections for a device's certificate. Whose it is the directory
// knows, not its chain; the authority is named so that browsers offer devices'
// certificates only.
func (c *certificates) config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, GetCertificate: c.get,
		ClientAuth: tls.RequestClientCert, ClientCAs: c.devices,
		NextProtos: []string{"h2", "http/1.1"},
	}
}
