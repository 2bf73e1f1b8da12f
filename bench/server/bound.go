package server

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
)

// The hash that the server makes: OWASP's second choice for argon2id.
const (
	hashMemoryKiB = 19 * 1024
	hashPasses    = 2
	hashLanes     = 1
	hashBytes     = 32
)

// bound is how fast the machine does one thing, on all cores.
type bound struct {
	rate float64       // per second
	cpu  time.Duration // processor time of one
}

// and returns the mean of two measurements.
func (b bound) and(other bound) bound {
	return bound{rate: (b.rate + other.rate) / 2, cpu: (b.cpu + other.cpu) / 2}
}

// bounds are the two things that the server cannot do faster than the machine.
type bounds struct{ hash, signature bound }

func (b bounds) and(other bounds) bounds {
	return bounds{b.hash.and(other.hash), b.signature.and(other.signature)}
}

// machine measures the bounds, each for a time.
func machine(d time.Duration) (bounds, error) {
	salt := make([]byte, 16)
	hash, err := measureBound(d, func() error {
		argon2.IDKey([]byte(password), salt, hashPasses, hashMemoryKiB, hashLanes, hashBytes)
		return nil
	})
	if err != nil {
		return bounds{}, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return bounds{}, fmt.Errorf("make a key: %w", err)
	}
	sum := sha256.Sum256([]byte("claims"))
	signature, err := measureBound(d, func() error {
		_, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
		return err
	})
	return bounds{hash, signature}, err
}

// measureBound does one thing on all cores for a time.
func measureBound(d time.Duration, do func() error) (bound, error) {
	var count atomic.Int64
	var failed error
	var once sync.Once
	var wait sync.WaitGroup
	began, cpu := time.Now(), ownCPU()
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for time.Since(began) < d {
				if err := do(); err != nil {
					once.Do(func() { failed = err })
					return
				}
				count.Add(1)
			}
		})
	}
	wait.Wait()
	n := max(count.Load(), 1)
	return bound{rate: float64(n) / time.Since(began).Seconds(), cpu: (ownCPU() - cpu) / time.Duration(n)}, failed
}
