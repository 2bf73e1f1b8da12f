package signin

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/result"
)

// Used marks a device challenge that was answered.
type Used struct {
	At time.Time `json:"at"`
}

// nonceLife is how long a device challenge may be answered.
const nonceLife = 5 * time.Minute

// proveDevice is P12. A proof that was presented must be right, whether or not
// a policy asks for one; without one, a client that can give one is asked for
// it where that would matter.
func (r *run) proveDevice() (*stop, error) {
	if r.appOnly() {
		return nil, nil
	}
	in := &r.a.SignIn
	switch {
	case r.caller.Device.Presented():
		return r.checkDevice()
	case r.subject != nil && in.DeviceID != "":
		return r.boundDevice(in.DeviceID)
	case r.a.DeviceProved: // on an earlier page
		return r.boundDevice(in.DeviceID)
	}
	in.DeviceID = "" // a cookie proves no device
	if !r.caller.ProvesDevice && !r.a.ProvesDevice || r.a.DeviceAsked {
		return nil, nil
	}
	matters, err := r.deviceMatters()
	if err != nil || !matters {
		return nil, err
	}
	return r.askDevice()
}

// askDevice asks the client to prove its device, once (50097).
func (r *run) askDevice() (*stop, error) {
	nonce, err := r.p.DeviceNonce(r.ctx)
	if err != nil {
		return nil, err
	}
	r.a.DeviceAsked = true
	return &stop{code: result.DeviceAuthenticationRequired, page: PageDevice, fill: func(s *Step) {
		s.Device = &DevicePage{Nonce: nonce, Audience: r.p.parts.Issuer}
	}}, nil
}

// checkDevice checks a presented proof against the directory.
func (r *run) checkDevice() (*stop, error) {
	proof, err := factor.ReadDevice(r.caller.Device, r.p.parts.Issuer)
	if err != nil {
		return refuse(result.DeviceAuthenticationFailed)
	}
	if proof.Nonce != "" && proof.Nonce != r.a.DeviceNonce {
		if ok, err := r.p.answered(r.ctx, proof.Nonce, r.now); err != nil || !ok {
			return &stop{code: result.DeviceAuthenticationFailed}, err
		}
	}
	device, code, err := r.findDevice(&proof)
	if err != nil {
		return nil, err
	}
	if code != 0 {
		return refuse(code)
	}
	r.device, r.a.SignIn.DeviceID = &device, device.DeviceID
	r.a.DeviceProved, r.a.DeviceNonce = true, proof.Nonce
	return nil, nil
}

// findDevice returns the device of a proof, or the code of why it is refused.
func (r *run) findDevice(proof *factor.DeviceProof) (directory.Device, result.Code, error) {
	d := r.p.parts.Directory.Devices
	device, err := d.ByKey(r.ctx, r.tenant.ID, proof.KeyThumbprint)
	if errors.Is(err, fault.NotFound) && proof.CertificateThumbprint != "" {
		device, err = d.ByKey(r.ctx, r.tenant.ID, proof.CertificateThumbprint)
	}
	switch {
	case errors.Is(err, fault.NotFound):
		return r.unknownDevice(proof)
	case err != nil:
		return device, 0, err
	}
	replaced := proof.CertificateThumbprint != "" && device.CertificateThumbprint != "" && device.CertificateThumbprint != proof.CertificateThumbprint
	over := !proof.NotAfter.IsZero() && (r.now.After(proof.NotAfter) || r.now.Before(proof.NotBefore))
	if !device.AccountEnabled || replaced || over || proof.DeviceID != "" && proof.DeviceID != device.DeviceID {
		return device, result.DeviceAuthenticationFailed, nil
	}
	return device, 0, nil
}

// unknownDevice tells a device that was deleted (700003) from one whose key is
// another now, and from a key that was never ours (50155).
func (r *run) unknownDevice(proof *factor.DeviceProof) (directory.Device, result.Code, error) {
	if proof.DeviceID == "" {
		return directory.Device{}, result.DeviceAuthenticationFailed, nil
	}
	device, err := r.p.parts.Directory.Devices.ByDeviceID(r.ctx, r.tenant.ID, proof.DeviceID)
	switch {
	case errors.Is(err, fault.NotFound):
		return device, result.DeviceNotFound, nil
	case err != nil:
		return device, 0, err
	}
	return device, result.DeviceAuthenticationFailed, nil
}

// boundDevice takes the device that a grant, or an earlier page, proved.
func (r *run) boundDevice(id directory.DeviceID) (*stop, error) {
	device, err := r.p.parts.Directory.Devices.ByDeviceID(r.ctx, r.tenant.ID, id)
	switch {
	case errors.Is(err, fault.NotFound):
		return refuse(result.DeviceNotFound)
	case err != nil:
		return nil, err
	case !device.AccountEnabled:
		return refuse(result.DeviceAuthenticationFailed)
	}
	r.device = &device
	return nil, nil
}

// deviceMatters reports whether access would be refused for want of a device:
// a policy that applies demands one, or applies because there is none.
func (r *run) deviceMatters() (bool, error) {
	if err := r.gather(); err != nil {
		return false, err
	}
	if !r.set.usesDevices {
		return false, nil
	}
	e := r.set.set.Explain(r.facts)
	if e.Verdict == access.Grant {
		return false, nil
	}
	for _, o := range e.Outcomes {
		if o.Policy.State != access.StateEnabled || o.Result == access.ResultSuccess || o.Result == access.ResultNotApplied {
			continue
		}
		if o.Held&access.ConditionDeviceState != 0 {
			return true, nil
		}
		for _, m := range o.Missing {
			if m.Control&(access.CompliantDevice|access.DomainJoinedDevice) != 0 {
				return true, nil
			}
		}
	}
	return false, nil
}

// nonceLabel keeps a challenge's signature apart from others of the same key.
const nonceLabel = "sallyport device nonce 1"

// DeviceNonce returns a challenge for a device to answer within five minutes,
// once: 16 random bytes and the time, signed, so that none has to be kept.
func (p *Pipeline) DeviceNonce(context.Context) (string, error) {
	b := make([]byte, 24)
	binary.BigEndian.PutUint64(b, uint64(p.parts.Now().Unix()))
	if _, err := io.ReadFull(p.parts.Random, b[8:]); err != nil {
		return "", fmt.Errorf("read randomness for a device challenge: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(b, p.nonceMAC(b)...)), nil
}

func (p *Pipeline) nonceMAC(b []byte) []byte {
	return p.mac(append([]byte(nonceLabel), b...))[:16]
}

// answered reports whether a challenge is ours, in time, and answered for the
// first time now.
func (p *Pipeline) answered(ctx context.Context, nonce string, now time.Time) (bool, error) {
	b, err := base64.RawURLEncoding.DecodeString(nonce)
	if err != nil || len(b) != 40 || !hmac.Equal(b[24:], p.nonceMAC(b[:24])) {
		return false, nil
	}
	made := time.Unix(int64(binary.BigEndian.Uint64(b)), 0)
	if age := now.Sub(made); age > nonceLife || age < -time.Minute {
		return false, nil
	}
	err = p.parts.Proofs.Create(ctx, nonce, made.Add(2*nonceLife), Used{At: now})
	if errors.Is(err, fault.Conflict) {
		return false, nil
	}
	return err == nil, err
}
