package config_test

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/app/config"
)

// TestSample keeps doc/sallyport.sample.yaml true: it holds every setting, each
// with its default.
func TestSample(t *testing.T) {
	const file = "../../../doc/sallyport.sample.yaml"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := config.Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	if want := config.Default(); !reflect.DeepEqual(normal(got), normal(want)) {
		t.Errorf("the sample says %+v, the defaults are %+v", got, want)
	}
	wantSettings(t, string(data), reflect.TypeFor[config.Config]())
}

// wantSettings looks for a line of each setting.
func wantSettings(t *testing.T, sample string, of reflect.Type) {
	for i := range of.NumField() {
		field := of.Field(i)
		if name := field.Tag.Get("yaml"); !strings.Contains(sample, name+":") {
			t.Errorf("the sample does not have %s", name)
		}
		if field.Type.Kind() == reflect.Struct {
			wantSettings(t, sample, field.Type)
		}
	}
}

// normal makes an empty list and no list the same.
func normal(c config.Config) config.Config {
	if len(c.Proxies) == 0 {
		c.Proxies = nil
	}
	if len(c.GeoIP) == 0 {
		c.GeoIP = nil
	}
	return c
}

func TestGood(t *testing.T) {
	tests := map[string]func(*config.Config){
		"empty.good.yaml": func(*config.Config) {},
		"full.good.yaml": func(c *config.Config) {
			c.Listen, c.Origin, c.Data = "0.0.0.0:8443", "https://login.contoso.example", "/var/lib/sallyport"
			c.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32")}
			c.GeoIP, c.Embedded = []string{"/usr/share/GeoIP/country.mmdb"}, true
			c.TLS = config.TLS{Mode: config.TLSFiles, Certificate: "/etc/tls/login.crt", Key: "/etc/tls/login.key"}
			c.Passwords = config.Passwords{Parallel: 4, Waiting: 100}
			c.SignIns.Keep = 0
			c.Log = config.Log{Level: "warn", Format: "json", Personal: true}
			c.Metrics.From = nil
			c.Stop = 90 * time.Second
		},
		"heading.good.yaml": func(c *config.Config) { c.SignIns.Keep = 36 * time.Hour },
	}
	files, err := filepath.Glob("testdata/*.good.yaml")
	if err != nil || len(files) != len(tests) {
		t.Fatalf("%d good samples, %d tests of them: %v", len(files), len(tests), err)
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			want := config.Default()
			change(&want)
			got, err := config.Read(config.Source{File: filepath.Join("testdata", name)})
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Metrics.From) == 0 {
				got.Metrics.From = nil
			}
			if !reflect.DeepEqual(normal(got), normal(want)) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// TestBad compares what is wrong with each bad sample with the comment on top
// of it.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no bad samples: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for line := range strings.Lines(string(data)) {
				if text, found := strings.CutPrefix(strings.TrimSpace(line), "#! "); found {
					want = append(want, text)
				}
			}
			_, err = config.Parse(filepath.Base(file), data)
			if err == nil {
				t.Fatal("it was read")
			}
			got := strings.Split(err.Error(), "\n")
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func TestPrecedence(t *testing.T) {
	env := map[string]string{"SALLYPORT_LISTEN": "localhost:1", "SALLYPORT_LOG_LEVEL": "debug", "SALLYPORT_SIGN_INS_KEEP": "7d", "SALLYPORT_PROXIES": "10.0.0.0/8, 192.0.2.1"}
	c, err := config.Read(config.Source{
		File: "testdata/full.good.yaml",
		Env:  func(name string) string { return env[name] },
		Override: func(c *config.Config) map[string]string {
			c.Listen = "localhost:2"
			return map[string]string{"listen": "--listen"}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "localhost:2" || c.Log.Level != "debug" || c.Log.Format != "json" || c.SignIns.Keep != 7*24*time.Hour || len(c.Proxies) != 2 {
		t.Errorf("got %+v", c)
	}
}

// TestPlaces shows that a fault names where the setting was given.
func TestPlaces(t *testing.T) {
	env := map[string]string{"SALLYPORT_LOG_LEVEL": "loud", "SALLYPORT_STOP": "soon"}
	_, err := config.Read(config.Source{Env: func(name string) string { return env[name] }})
	if want := `SALLYPORT_STOP: is "soon"; a time span is expected, as in 90d, 12h or 10s`; err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	delete(env, "SALLYPORT_STOP")
	_, err = config.Read(config.Source{
		Env: func(name string) string { return env[name] },
		Override: func(c *config.Config) map[string]string {
			c.Listen = "8080"
			return map[string]string{"listen": "--listen"}
		},
	})
	want := `--listen: listen is "8080"; host:port is expected, as in localhost:8080` + "\n" +
		`SALLYPORT_LOG_LEVEL: log.level is "loud"; one of debug, info, warn, error is expected`
	var faults config.Faults
	if !errors.As(err, &faults) || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestLoopback(t *testing.T) {
	for listen, want := range map[string]bool{
		"localhost:8080": true, "127.0.0.1:0": true, "[::1]:80": true, "127.9.9.9:1": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "192.0.2.1:80": false, "login.example:80": false, "nonsense": false,
	} {
		if c := (config.Config{Listen: listen}); c.Loopback() != want {
			t.Errorf("%s: loopback %v, want %v", listen, !want, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{"90d": 90 * 24 * time.Hour, "10s": 10 * time.Second, "1h30m": 90 * time.Minute, "0s": 0, "2h": 2 * time.Hour, "500ms": 500 * time.Millisecond} {
		got, err := config.ParseDuration(text)
		if err != nil || got != want {
			t.Errorf("ParseDuration(%s) = %v, %v", text, got, err)
		}
		if config.Duration(want) != text {
			t.Errorf("Duration(%v) = %s, want %s", want, config.Duration(want), text)
		}
	}
}

// FuzzParse looks for text that the reader cannot stand, or that it takes for a
// configuration which it then finds faults with.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse("x", data)
		if err == nil {
			if err := c.Check(); err != nil {
				t.Errorf("read without a fault, and then: %v", err)
			}
		} else if err.Error() == "" {
			t.Error("a fault without a word")
		}
	})
}
