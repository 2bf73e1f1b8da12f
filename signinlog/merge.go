package signinlog

import "strings"

// merger finds the rows of one sign-in. It holds the blocks of the last sign-ins
// and remembers the ids of many more.
type merger struct {
	window int // negative: nothing is merged
	held   []*block
	count  int // sign-ins in held
	size   int // records that held has memory for
	byKey  map[uint64]place
	gone   idSet // of those handed out
}

// place is where a held sign-in's record is.
type place struct {
	block *block
	row   int32
}

func newMerger(window int) *merger {
	return &merger{window: window, byKey: map[uint64]place{}}
}

// mergeResult is what became of a row.
type mergeResult uint8

const (
	newSignIn mergeResult = iota
	mergedRow
	lateRow
)

// recall marks the rows whose sign-ins were handed out already. All are looked
// up at once, since a processor waits for such look-ups side by side.
func (m *merger) recall(b *block) {
	if m.window < 0 {
		return
	}
	for i := range b.rows {
		r := &b.rows[i]
		r.gone = r.key != 0 && m.gone.has(r.key)
	}
}

// add looks for the sign-in of the block's row i.
func (m *merger) add(b *block, i int) mergeResult {
	r := &b.rows[i]
	if m.window < 0 || r.key == 0 {
		m.count++
		return newSignIn
	}
	rec := &b.records[r.record]
	if at, ok := m.byKey[r.key]; ok {
		first := &at.block.records[at.block.rows[at.row].record]
		if strings.EqualFold(first.ID, rec.ID) {
			first.merge(rec)
			r.merged = true
			return mergedRow
		}
	}
	if r.gone {
		r.merged = true
		return lateRow
	}
	m.byKey[r.key] = place{b, int32(i)}
	m.count++
	return newSignIn
}

// hold keeps a block whose rows were added.
func (m *merger) hold(b *block) {
	b.live = 0
	for i := range b.rows {
		if b.rows[i].kind == rowIsSignIn && !b.rows[i].merged {
			b.live++
		}
	}
	if b.live == 0 {
		recycle(b)
		return
	}
	m.held = append(m.held, b)
	m.size += cap(b.records)
}

// release returns the oldest block if without it keep sign-ins are still held, or
// if more memory is than they should need, as when a few lie among many other
// rows; all blocks if keep is not positive.
func (m *merger) release(keep int) *block {
	if len(m.held) == 0 || keep > 0 && m.count-m.held[0].live < keep && m.size <= 8*keep+8192 {
		return nil
	}
	b := m.held[0]
	m.held[0] = nil
	m.held = m.held[1:]
	m.size -= cap(b.records)
	for i := range b.rows {
		r := &b.rows[i]
		if r.kind != rowIsSignIn || r.merged {
			continue
		}
		m.count--
		if r.key != 0 && m.window >= 0 {
			m.gone.add(r.key)
		}
	}
	m.forget(b)
	return b
}

// forget lets rows of a block be looked for no more among those held.
func (m *merger) forget(b *block) {
	for i := range b.rows {
		if r := &b.rows[i]; r.key != 0 && r.kind == rowIsSignIn && !r.merged {
			delete(m.byKey, r.key)
		}
	}
}

// merge takes into the record what another row of its sign-in tells.
func (r *Record) merge(other *Record) {
	source := r.Source
	source.Rows += other.Source.Rows
	if other.tellsOver(r) {
		// The slices of a record are its own, so that records exchange
		// them by exchanging all.
		*r, *other = *other, *r
	}
	if a, b := r.Status.ErrorCode, other.Status.ErrorCode; a.Known && b.Known && a.Value != b.Value {
		r.supersede(other)
	}
	r.fill(other)
	r.Source = source
}

// tellsOver reports whether r tells what came of the sign-in, rather than first,
// which was read before.
func (r *Record) tellsOver(first *Record) bool {
	if !r.hasOutcome() || !first.hasOutcome() {
		return r.hasOutcome()
	}
	if !r.Time.Equal(first.Time) {
		return r.Time.After(first.Time)
	}
	return !r.LoggedTime.Before(first.LoggedTime)
}

func (r *Record) hasOutcome() bool { return r.Status.ErrorCode.Known }

func (r *Record) supersede(other *Record) {
	for _, code := range append(other.Superseded, other.Status.ErrorCode.Value) {
		known := code == r.Status.ErrorCode.Value
		for _, had := range r.Superseded {
			known = known || had == code
		}
		if !known {
			r.Superseded = append(r.Superseded, code)
		}
	}
}

// fill takes from other what r leaves empty. What came of the sign-in is taken
// as a whole or not at all, lest an old failure's reason stand at a success.
func (r *Record) fill(other *Record) {
	if !r.hasOutcome() {
		r.Status = other.Status
	}
	sameTime := r.Time.Equal(other.Time) || r.Time.IsZero()
	if sameTime {
		fillText(&r.ConditionalAccessStatus, other.ConditionalAccessStatus)
		if r.AppliedPolicies == nil {
			r.AppliedPolicies = other.AppliedPolicies
		}
		fillSlice(&r.AuthenticationDetails, &other.AuthenticationDetails)
		fillText(&r.AuthenticationRequirement, other.AuthenticationRequirement)
		fillSlice(&r.AuthenticationRequirementPolicies, &other.AuthenticationRequirementPolicies)
		fillText(&r.Status.AdditionalDetails, other.Status.AdditionalDetails)
		fillText(&r.LogonError, other.LogonError)
	}
	if r.LoggedTime.IsZero() {
		r.LoggedTime = other.LoggedTime
	}
	r.fillTexts(other)
	r.fillRest(other)
}

func (r *Record) fillTexts(o *Record) {
	for _, f := range [...]struct {
		to   *string
		from string
	}{
		{&r.CorrelationID, o.CorrelationID}, {&r.OriginalRequestID, o.OriginalRequestID}, {&r.TenantID, o.TenantID},
		{&r.UserID, o.UserID}, {&r.UserPrincipalName, o.UserPrincipalName}, {&r.UserDisplayName, o.UserDisplayName},
		{&r.UserType, o.UserType}, {&r.AlternateSignInName, o.AlternateSignInName}, {&r.SignInIdentifier, o.SignInIdentifier},
		{&r.SignInIdentifierType, o.SignInIdentifierType}, {&r.HomeTenantID, o.HomeTenantID}, {&r.HomeTenantName, o.HomeTenantName},
		{&r.CrossTenantAccessType, o.CrossTenantAccessType}, {&r.ServicePrincipalID, o.ServicePrincipalID},
		{&r.ServicePrincipalName, o.ServicePrincipalName}, {&r.ServicePrincipalCredentialKeyID, o.ServicePrincipalCredentialKeyID},
		{&r.ServicePrincipalCredentialThumbprint, o.ServicePrincipalCredentialThumbprint}, {&r.FederatedCredentialID, o.FederatedCredentialID},
		{&r.AppID, o.AppID}, {&r.AppDisplayName, o.AppDisplayName}, {&r.AppOwnerTenantID, o.AppOwnerTenantID},
		{&r.ResourceID, o.ResourceID}, {&r.ResourceDisplayName, o.ResourceDisplayName}, {&r.ResourceTenantID, o.ResourceTenantID},
		{&r.ResourceOwnerTenantID, o.ResourceOwnerTenantID}, {&r.ResourceServicePrincipalID, o.ResourceServicePrincipalID},
		{&r.AzureResourceID, o.AzureResourceID}, {&r.IPAddress, o.IPAddress}, {&r.IPAddressFromResourceProvider, o.IPAddressFromResourceProvider},
		{&r.GlobalSecureAccessIPAddress, o.GlobalSecureAccessIPAddress}, {&r.UserAgent, o.UserAgent}, {&r.ClientAppUsed, o.ClientAppUsed},
		{&r.AuthenticationProtocol, o.AuthenticationProtocol}, {&r.OriginalTransferMethod, o.OriginalTransferMethod},
		{&r.IncomingTokenType, o.IncomingTokenType}, {&r.ClientCredentialType, o.ClientCredentialType},
		{&r.SignInTokenProtectionStatus, o.SignInTokenProtectionStatus}, {&r.TokenIssuerType, o.TokenIssuerType},
		{&r.TokenIssuerName, o.TokenIssuerName}, {&r.UniqueTokenIdentifier, o.UniqueTokenIdentifier}, {&r.SessionID, o.SessionID},
		{&r.RequestType, o.RequestType}, {&r.RiskLevelDuringSignIn, o.RiskLevelDuringSignIn}, {&r.RiskLevelAggregated, o.RiskLevelAggregated},
		{&r.RiskState, o.RiskState}, {&r.RiskDetail, o.RiskDetail}, {&r.PolicySetHash, o.PolicySetHash}, {&r.EngineVersion, o.EngineVersion},
		{&r.Device.ID, o.Device.ID}, {&r.Device.DisplayName, o.Device.DisplayName}, {&r.Device.OperatingSystem, o.Device.OperatingSystem},
		{&r.Device.Browser, o.Device.Browser}, {&r.Device.BrowserID, o.Device.BrowserID}, {&r.Device.TrustType, o.Device.TrustType},
		{&r.MFADetail.Method, o.MFADetail.Method}, {&r.MFADetail.Detail, o.MFADetail.Detail},
		{&r.Location.City, o.Location.City}, {&r.Location.State, o.Location.State}, {&r.Location.CountryOrRegion, o.Location.CountryOrRegion},
	} {
		fillText(f.to, f.from)
	}
}

func (r *Record) fillRest(o *Record) {
	fillMaybe(&r.IsInteractive, o.IsInteractive)
	fillMaybe(&r.IsThroughGlobalSecureAccess, o.IsThroughGlobalSecureAccess)
	fillMaybe(&r.IsTenantRestricted, o.IsTenantRestricted)
	fillMaybe(&r.FlaggedForReview, o.FlaggedForReview)
	fillMaybe(&r.Device.IsCompliant, o.Device.IsCompliant)
	fillMaybe(&r.Device.IsManaged, o.Device.IsManaged)
	fillMaybe(&r.Location.Coordinates.Latitude, o.Location.Coordinates.Latitude)
	fillMaybe(&r.Location.Coordinates.Longitude, o.Location.Coordinates.Longitude)
	fillSlice(&r.Audiences, &o.Audiences)
	fillSlice(&r.AuthenticationContexts, &o.AuthenticationContexts)
	fillSlice(&r.NetworkLocations, &o.NetworkLocations)
	fillSlice(&r.AuthenticationProcessingDetails, &o.AuthenticationProcessingDetails)
	fillSlice(&r.SessionLifetimePolicies, &o.SessionLifetimePolicies)
	fillSlice(&r.SignInEventTypes, &o.SignInEventTypes)
	fillSlice(&r.AuthenticationMethodsUsed, &o.AuthenticationMethodsUsed)
	fillSlice(&r.RiskEventTypes, &o.RiskEventTypes)
	fillSlice(&r.Inputs, &o.Inputs)
	fillZero(&r.AutonomousSystemNumber, o.AutonomousSystemNumber)
	fillZero(&r.ProcessingTimeMilliseconds, o.ProcessingTimeMilliseconds)
	fillZero(&r.ManagedIdentity, o.ManagedIdentity)
	fillZero(&r.Agent, o.Agent)
	fillZero(&r.AuthenticationAppDevice, o.AuthenticationAppDevice)
	fillZero(&r.TokenProtection, o.TokenProtection)
}

func fillText(to *string, from string) {
	if *to == "" {
		*to = from
	}
}

func fillMaybe[T any](to *Maybe[T], from Maybe[T]) {
	if !to.Known {
		*to = from
	}
}

// fillSlice exchanges the slices, since each belongs to its record.
func fillSlice[S ~[]T, T any](to, from *S) {
	if len(*to) == 0 && len(*from) > 0 {
		*to, *from = *from, *to
	}
}

func fillZero[T comparable](to *T, from T) {
	var zero T
	if *to == zero {
		*to = from
	}
}
