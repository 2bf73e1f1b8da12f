package app

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/result"
)

// metrics are what the server counts of itself. Labels hold nothing that a
// stranger could choose: routes are patterns, codes are the catalogue's.
type metrics struct {
	registry     *prometheus.Registry
	requests     *prometheus.CounterVec
	durations    *prometheus.HistogramVec
	signIns      *prometheus.CounterVec
	transactions prometheus.Histogram
	failed       prometheus.Counter
	policySets   prometheus.Counter
	policies     prometheus.Histogram
}

// buckets are the bounds of what usually takes a fraction of a second.
var buckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// newMetrics returns the metrics of a server of a version.
func newMetrics(version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sallyport_http_requests_total", Help: "Requests answered, by route, method and status.",
		}, []string{"route", "method", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sallyport_http_request_duration_seconds", Help: "How long requests took, by route.", Buckets: buckets,
		}, []string{"route"}),
		signIns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sallyport_sign_ins_total", Help: "Records of the sign-in log, by result code and kind.",
		}, []string{"code", "category"}),
		transactions: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "sallyport_store_transaction_duration_seconds", Help: "How long the pipeline's transactions took, waiting for the writer included.", Buckets: buckets,
		}),
		failed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "sallyport_store_transaction_failures_total", Help: "Transactions of the pipeline that did not take effect.",
		}),
		policySets: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "sallyport_policy_sets_read_total", Help: "How often a tenant's policies were read and compiled anew.",
		}),
		policies: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "sallyport_policy_set_policies", Help: "How many policies were in a set that was read.", Buckets: prometheus.ExponentialBuckets(1, 4, 8),
		}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "sallyport_build_info", Help: "Always 1; the version is a label.", ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.durations, m.signIns, m.transactions, m.failed, m.policySets, m.policies, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watchHashing adds how many passwords are hashed and wait for it.
func (m *metrics) watchHashing(p *factor.Passwords) {
	gauge := func(name, help string, value func() int) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value()) }))
	}
	gauge("sallyport_password_hashes_running", "Passwords that are hashed at this moment.", func() int { running, _ := p.Load(); return running })
	gauge("sallyport_password_hashes_waiting", "Passwords that wait to be hashed.", func() int { _, waiting := p.Load(); return waiting })
}

// watchStore adds whether the store answers.
func (m *metrics) watchStore(ping func() error) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "sallyport_store_up", Help: "1 if the store answers.",
	}, func() float64 {
		if ping() != nil {
			return 0
		}
		return 1
	}))
}

// observe counts a request. Methods are bounded: anybody may send any word.
func (m *metrics) observe(o route.Observation) {
	pattern, method := o.Route, "other"
	if pattern == "" {
		pattern = "none"
	}
	switch o.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions, http.MethodPut, http.MethodPatch, http.MethodDelete:
		method = o.Method
	}
	m.requests.WithLabelValues(pattern, method, strconv.Itoa(o.Status)).Inc()
	m.durations.WithLabelValues(pattern).Observe(o.Duration.Seconds())
}

// signIn counts a record.
func (m *metrics) signIn(code int, category string) {
	label := "unknown"
	if _, known := result.Lookup(result.Code(code)); known {
		label = strconv.Itoa(code)
	}
	m.signIns.WithLabelValues(label, category).Inc()
}

// transaction counts a transaction of the pipeline.
func (m *metrics) transaction(took time.Duration, err error) {
	m.transactions.Observe(took.Seconds())
	if err != nil {
		m.failed.Inc()
	}
}

// handler answers /metrics.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// countedPolicySets counts how often policies are read: each time, the pipeline
// compiles them.
type countedPolicySets struct {
	directory.PolicySets
	metrics *metrics
}

// PolicySet reads a tenant's documents.
func (c countedPolicySets) PolicySet(ctx context.Context, tenant access.TenantID) (directory.PolicySet, error) {
	set, err := c.PolicySets.PolicySet(ctx, tenant)
	if err == nil {
		c.metrics.policySets.Inc()
		c.metrics.policies.Observe(float64(len(set.Policies)))
	}
	return set, err
}
