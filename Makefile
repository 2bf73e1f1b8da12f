# `make` alone lists what can be made. Everything here is one command that works
# without make, too.
export CGO_ENABLED = 0

.DEFAULT_GOAL := help
.PHONY: help run build test check fmt vet lint fuzz cover bench vuln update

ARGS ?= whatif -o table --tenant examples/contoso --signin examples/signins/tokyo.json

help: ## list what can be made
	@sed -n 's/^\([a-z ]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: ## run the program; ARGS="code 53003" says how
	@go run ./cmd/sallyport $(ARGS)

build: ## build bin/sallyport
	go build -trimpath -o bin/sallyport ./cmd/sallyport

test: ## run all tests
	go test ./...

check: ## run what CI runs: format, vet, staticcheck, tests, fuzz targets
	.ci/run

fmt: ## format the code
	gofmt -s -w $$(git ls-files '*.go')

vet lint fuzz: ## one step of check
	.ci/run $@

cover: ## show how much of each package its tests reach
	go test -cover ./...

bench: ## measure decisions beside other engines, logs beside jq and DuckDB, detections, the server beside its bounds (a quarter of an hour)
	cd bench && go run . decision
	cd bench && go run . logs
	cd bench && go run . detections
	cd bench && go run . server

vuln: ## look for known holes in what we depend on (needs vuln.go.dev)
	go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

update: ## write what the program prints into its scripts and into the README
	go test ./cmd/sallyport -update
