package access_test

import (
	"reflect"

	"github.com/sallyport-id/sallyport/access"
)

// hideMembers makes facts of a struct unknown, those that which picks; the
// members of an array of facts are picked one by one.
func hideMembers[T any](s *T, which func() bool) {
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		if field := v.Field(i); field.Kind() == reflect.Array {
			for j := range field.Len() {
				if which() {
					field.Index(j).SetZero()
				}
			}
		} else if which() {
			field.SetZero()
		}
	}
}

// mix returns f with those facts of other that which picks.
func mix(f, other *access.Facts, which func() bool) *access.Facts {
	mixed := *f
	to, from := reflect.ValueOf(&mixed).Elem(), reflect.ValueOf(other).Elem()
	for i := range to.NumField() {
		if which() {
			to.Field(i).Set(from.Field(i))
		}
	}
	return &mixed
}

// learn returns f with what is known in full and which picks. Facts for which an
// unknown value stands for a certain one are never learned: the scopes and the
// client, without which a request counts as none for baseline scopes alone.
func learn(f, full *access.Facts, which func() bool) *access.Facts {
	learned := *f
	learnMembers(reflect.ValueOf(&learned).Elem(), reflect.ValueOf(full).Elem(), which)
	learned.Scopes, learned.Client = f.Scopes, f.Client
	if d, all := f.Device.Or(nil), full.Device.Or(nil); d != nil {
		device := *d
		learnMembers(reflect.ValueOf(&device).Elem(), reflect.ValueOf(all).Elem(), which)
		learned.Device = access.Known(&device)
	}
	if audiences := f.Audiences.Or(nil); len(audiences) > 0 {
		audiences = append([]access.Audience(nil), audiences...)
		for i := range audiences {
			learnMembers(reflect.ValueOf(&audiences[i]).Elem(), reflect.ValueOf(full.Audiences.Or(nil)[i]), which)
		}
		learned.Audiences = access.Known(audiences)
	}
	return &learned
}

func learnMembers(to, from reflect.Value, which func() bool) {
	for i := range to.NumField() {
		if field := to.Field(i); field.Kind() == reflect.Array {
			for j := range field.Len() {
				learnValue(field.Index(j), from.Field(i).Index(j), which)
			}
		} else {
			learnValue(field, from.Field(i), which)
		}
	}
}

func learnValue(to, from reflect.Value, which func() bool) {
	if to.IsZero() && which() {
		to.Set(from)
	}
}
