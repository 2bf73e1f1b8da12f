package config

import (
	"fmt"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Duration writes a time span as the file has it: 90d, 10s, 1h30m.
func Duration(d time.Duration) string {
	if d != 0 && d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// ParseDuration reads a time span: Go's units, and d for days of 24 hours.
func ParseDuration(text string) (time.Duration, error) {
	if days, found := strings.CutSuffix(text, "d"); found {
		n, err := strconv.ParseInt(days, 10, 32)
		if err != nil {
			return 0, fmt.Errorf("is %q; a time span is expected, as in 90d, 12h or 10s", text)
		}
		return time.Duration(n) * day, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("is %q; a time span is expected, as in 90d, 12h or 10s", text)
	}
	return d, nil
}

// setScalar reads the text of one value into a setting. The error tells what
// was found and what is expected.
func setScalar(v reflect.Value, text string) error {
	switch v.Interface().(type) {
	case time.Duration:
		d, err := ParseDuration(text)
		v.SetInt(int64(d))
		return err
	case netip.Prefix:
		p, err := ParseNetwork(text)
		v.Set(reflect.ValueOf(p))
		return err
	case bool:
		switch text {
		case "true", "false":
			v.SetBool(text == "true")
			return nil
		}
		return fmt.Errorf("is %q; true or false is expected", text)
	case int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("is %q; a whole number is expected", text)
		}
		v.SetInt(int64(n))
		return nil
	}
	if v.Kind() != reflect.String {
		panic(fmt.Sprintf("config: a setting has the type %s, which nobody reads", v.Type()))
	}
	v.SetString(text)
	return nil
}

// ParseNetwork reads a network, or one address. The error tells what was found
// and what is expected.
func ParseNetwork(text string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), nil
	}
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.Prefix{}, fmt.Errorf("is %q; a network is expected, as in 10.0.0.0/8 or 2001:db8::/32", text)
}

// setting is one leaf of Config.
type setting struct {
	path  string
	value reflect.Value
}

// settings lists the leaves of c in the order of the struct.
func settings(c *Config) []setting { return leaves("", reflect.ValueOf(c).Elem()) }

func leaves(prefix string, v reflect.Value) []setting {
	var all []setting
	for i := range v.NumField() {
		path := prefix + v.Type().Field(i).Tag.Get("yaml")
		if field := v.Field(i); field.Kind() == reflect.Struct {
			all = append(all, leaves(path+".", field)...)
		} else {
			all = append(all, setting{path, field})
		}
	}
	return all
}
