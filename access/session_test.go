package access_test

import (
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// CA-151 to CA-153, CA-156: what a session's age means under a frequency.
func TestSignInFrequencyCheck(t *testing.T) {
	const never = -1 * time.Second
	for _, tt := range []struct {
		name string
		f    access.SignInFrequency
		age  access.SessionAge
		want access.Stale
	}{
		{"no limit", access.SignInFrequency{}, access.SessionAge{Primary: 1000 * time.Hour, Secondary: never}, access.Fresh},
		{"within", access.SignInFrequency{Primary: 4 * time.Hour}, access.SessionAge{Primary: 4 * time.Hour, Secondary: never}, access.Fresh},
		{"beyond", access.SignInFrequency{Primary: 4 * time.Hour}, access.SessionAge{Primary: 4*time.Hour + time.Second, Secondary: time.Minute}, access.StalePrimary},
		{"second factor beyond", access.SignInFrequency{Secondary: time.Hour}, access.SessionAge{Primary: 9 * time.Hour, Secondary: 2 * time.Hour}, access.StaleSecondary},
		{"second factor never", access.SignInFrequency{Secondary: time.Hour}, access.SessionAge{Primary: time.Minute, Secondary: never}, access.StaleSecondary},
		{"every time, fresh", access.SignInFrequency{PrimaryEveryTime: true}, access.SessionAge{Primary: 5 * time.Minute, Secondary: never}, access.Fresh},
		{"every time, MFA just done", access.SignInFrequency{PrimaryEveryTime: true}, access.SessionAge{Primary: time.Hour, Secondary: time.Minute}, access.Fresh},
		{"every time, stale", access.SignInFrequency{PrimaryEveryTime: true}, access.SessionAge{Primary: 6 * time.Minute, Secondary: 6 * time.Minute}, access.StaleEveryTime},
		{"every time for the second factor", access.SignInFrequency{SecondaryEveryTime: true}, access.SessionAge{Primary: time.Minute, Secondary: 6 * time.Minute}, access.StaleEveryTime},
	} {
		if got := tt.f.Check(tt.age); got != tt.want {
			t.Errorf("%s: Check = %d, want %d", tt.name, got, tt.want)
		}
	}
}
