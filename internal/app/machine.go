package app

import (
	"crypto/rand"
	"io"
	"log/slog"
	"time"

	"github.com/sallyport-id/sallyport/internal/app/config"
)

// Machine is what a server takes from the machine it runs on. The zero Machine
// is the real one, without a log.
type Machine struct {
	// Now tells the time; nil: the system's.
	Now func() time.Time
	// Random is where secrets come from; nil: the system's.
	Random io.Reader
	// Log takes the log; nil: nothing is logged.
	Log io.Writer
	// Version is the program's, for records and metrics.
	Version string
}

func (m Machine) withDefaults() Machine {
	if m.Now == nil {
		m.Now = time.Now
	}
	if m.Random == nil {
		m.Random = rand.Reader
	}
	if m.Log == nil {
		m.Log = io.Discard
	}
	if m.Version == "" {
		m.Version = "development"
	}
	return m
}

// logger returns the log that a configuration asks for. Who writes to it leaves
// out secrets and people's data; the router adds the latter if the operator
// wants them.
func (m Machine) logger(c config.Log) *slog.Logger {
	level := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}[c.Level]
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(m.Log, options))
	}
	return slog.New(slog.NewTextHandler(m.Log, options))
}
