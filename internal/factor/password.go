package factor

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"sync"

	"golang.org/x/crypto/argon2"

	"github.com/sallyport-id/sallyport/internal/fault"
)

// The cost of a new hash: OWASP's second choice for argon2id, 19 MiB and two
// passes, which is about 27 ms of one core.
const (
	memoryKiB = 19 * 1024
	passes    = 2
	lanes     = 1
	saltBytes = 16
	keyBytes  = 32
)

// The most that a stored hash may cost to check. A hash from elsewhere that
// costs more is not ours to run: memory times parallel checks is what an
// attacker would aim at.
const (
	mostMemoryKiB = 64 * 1024
	mostPasses    = 10
	mostLanes     = 4
)

// LongestPassword is the longest password in bytes that is looked at.
const LongestPassword = 1024

// Limits bound how much is hashed at once.
type Limits struct {
	// Parallel is how many hashes are computed at once; each needs 19 MiB
	// and a core. Zero: one.
	Parallel int
	// Waiting is how many more may wait for their turn; the next one is
	// turned away (fault.Unavailable). Zero: 16 times Parallel.
	Waiting int
}

// Passwords hashes and checks passwords, no more at once than its limits
// allow: a flood of wrong passwords costs bounded memory and leaves the other
// requests their turn. It is safe for concurrent use.
type Passwords struct {
	random io.Reader
	places chan struct{} // one for each that computes or waits
	cores  chan struct{} // one for each that computes
	mu     sync.Mutex    // guards random
	dummy  string        // what a password is checked against for a name that nobody has
}

// NewPasswords returns a Passwords. It fails only if random does.
func NewPasswords(limits Limits, random io.Reader) (*Passwords, error) {
	limits.Parallel = max(limits.Parallel, 1)
	if limits.Waiting <= 0 {
		limits.Waiting = 16 * limits.Parallel
	}
	p := &Passwords{
		random: random,
		places: make(chan struct{}, limits.Parallel+limits.Waiting),
		cores:  make(chan struct{}, limits.Parallel),
	}
	nobody := make([]byte, saltBytes+keyBytes)
	if _, err := io.ReadFull(random, nobody); err != nil {
		return nil, fmt.Errorf("read randomness for passwords: %w", err)
	}
	p.dummy = phc{memoryKiB, passes, lanes, nobody[:saltBytes], nobody[saltBytes:]}.String()
	return p, nil
}

// Hash returns the PHC string of a password. It fails with fault.Unavailable
// when too many are waiting, and with the context's error.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	h := phc{memory: memoryKiB, passes: passes, lanes: lanes, salt: make([]byte, saltBytes)}
	p.mu.Lock()
	_, err := io.ReadFull(p.random, h.salt)
	p.mu.Unlock()
	if err != nil {
		return "", fmt.Errorf("read randomness for a salt: %w", err)
	}
	if h.sum, err = p.compute(ctx, password, &h, keyBytes); err != nil {
		return "", err
	}
	return h.String(), nil
}

// Check reports whether a password is the one that was hashed, and returns what
// stands for it among the last wrong ones (SI-551), which is as hard to turn
// back as the stored hash. An empty hash is nobody's: it costs the same and is
// always wrong, so that time does not tell which names exist. It fails as Hash
// does, and for a hash that is damaged or costs too much.
func (p *Passwords) Check(ctx context.Context, hash, password string) (right bool, wrong []byte, err error) {
	nobody := hash == ""
	if nobody {
		hash = p.dummy
	}
	h, err := parsePHC(hash)
	if err != nil {
		return false, nil, err
	}
	tooLong := len(password) > LongestPassword
	if tooLong {
		password = password[:LongestPassword]
	}
	sum, err := p.compute(ctx, password, &h, uint32(len(h.sum)))
	if err != nil {
		return false, nil, err
	}
	right = subtle.ConstantTimeCompare(sum, h.sum) == 1 && !nobody && !tooLong
	return right, fingerprint(sum), nil
}

// Verify reports whether a password is the one that was hashed; see Check.
func (p *Passwords) Verify(ctx context.Context, hash, password string) (bool, error) {
	right, _, err := p.Check(ctx, hash, password)
	return right, err
}

// compute waits for a turn and hashes.
func (p *Passwords) compute(ctx context.Context, password string, h *phc, length uint32) ([]byte, error) {
	select {
	case p.places <- struct{}{}:
	default:
		return nil, fault.New(fault.Unavailable, "Too many people are signing in at this moment.")
	}
	defer func() { <-p.places }()
	select {
	case p.cores <- struct{}{}:
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, ctx.Err(), "It took too long.")
	}
	defer func() { <-p.cores }()
	return argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.lanes, length), nil
}

// fingerprint stands for a wrong password: as hard to turn back as the hash.
func fingerprint(sum []byte) []byte {
	short := sha256.Sum256(append([]byte("wrong password "), sum...))
	return short[:16]
}

// phc is a hash as PHC strings write it:
// $argon2id$v=19$m=19456,t=2,p=1$salt$sum.
type phc struct {
	memory, passes uint32
	lanes          uint8
	salt, sum      []byte
}

func (h phc) String() string {
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, h.lanes, enc.EncodeToString(h.salt), enc.EncodeToString(h.sum))
}

// parsePHC reads an argon2id hash of bounded cost.
func parsePHC(s string) (phc, error) {
	var h phc
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return h, fmt.Errorf("read a password hash: it is no argon2id PHC string")
	}
	if parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, fmt.Errorf("read a password hash: version %q; v=%d is expected", parts[2], argon2.Version)
	}
	var rest string
	if n, _ := fmt.Sscanf(parts[3]+" ", "m=%d,t=%d,p=%d%1s", &h.memory, &h.passes, &h.lanes, &rest); n != 3 {
		return h, fmt.Errorf("read a password hash: parameters %q; m=…,t=…,p=… is expected", parts[3])
	}
	if h.memory < 8*uint32(h.lanes) || h.memory > mostMemoryKiB || h.passes < 1 || h.passes > mostPasses || h.lanes < 1 || h.lanes > mostLanes {
		return h, fmt.Errorf("read a password hash: parameters %q are out of bounds", parts[3])
	}
	var err error
	if h.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err == nil {
		h.sum, err = base64.RawStdEncoding.DecodeString(parts[5])
	}
	if err != nil || len(h.salt) < 8 || len(h.salt) > 64 || len(h.sum) < 16 || len(h.sum) > 64 {
		return h, fmt.Errorf("read a password hash: salt or sum is damaged")
	}
	return h, nil
}
