package app

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// tendEvery is how often a server looks after its data.
const tendEvery = time.Minute

// tendRegularly looks after the data until ctx ends. What fails is tried again
// the next time.
func (s *Server) tendRegularly(ctx context.Context) {
	ticker := time.NewTicker(tendEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := s.Tend(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("looking after the data failed", slog.Any("error", err))
			}
		}
	}
}

// Tend does what a server does every minute: it makes and drops signing keys
// when that is due, and removes what is over and records that are too old.
func (s *Server) Tend(ctx context.Context) error {
	now := s.machine.Now()
	errs := []error{s.keys.Keep(ctx, now)}
	_, err := s.folder.DB.Purge(ctx, now)
	errs = append(errs, err)
	if keep := s.config.SignIns.Keep; keep > 0 {
		_, err := s.folder.DB.SignIns().RemoveBefore(ctx, now.Add(-keep))
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
