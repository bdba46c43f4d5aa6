# What can be done with this repository. `make` alone lists it.
#
# `check` and `test` are made of parts, named in CHECK, TEST and SLOW below; .ci/run runs the same
# parts one by one and measures them. A part of yours goes into one of the three lists.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS   += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

CHECK := format vet lint generated static race check-web
TEST  := test-go test-web test-browser

# Suites that take minutes, each in e2e/NAME with a target NAME of its own below. They are a part of
# .ci/run and not of `make test`.
SLOW  := crash

# The packages whose code starts goroutines. They are tested with the race detector.
CONCURRENT := internal/account internal/blob internal/bus internal/chat internal/clock internal/db internal/gateway \
              internal/httpapi internal/job internal/media internal/notify internal/preview \
              internal/push internal/search internal/sms client e2e/crash

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
BUILD   := CGO_ENABLED=0 go build -tags nodynamic -trimpath -ldflags "-s -w -X main.version=$(VERSION)"
REPORT  := go run ./internal/dev/testreport

# The parts that the tree at hand has.
existing   = $(foreach name,$(2),$(if $(wildcard $(1)$(name)/.),$(name)))
SLOW       := $(call existing,e2e/,$(SLOW))
CONCURRENT := $(call existing,,$(CONCURRENT))

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## The program

.PHONY: build
build: web ## Build the web page and the program: bin/madang
	$(BUILD) -o bin/madang ./cmd/madang

.PHONY: run
run: build ## Build and start a server; ARGS are passed on, as in ARGS="--listen :8080"
	exec bin/madang serve $(ARGS)

.PHONY: bench
bench: build ## Measure this machine and the server on it; ARGS are passed on
	exec bin/madang bench $(ARGS)

.PHONY: bench-web
bench-web: system build ## Measure the web client in Chromium with a slowed processor; ARGS are passed on
	cd web && exec npm run --silent bench -- $(ARGS)

.PHONY: generate
generate: $(if $(wildcard web/package.json),web/node_modules/.package-lock.json) ## Write the generated files anew
	go generate ./...

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf bin .build web/node_modules
	if [ -d web/dist ]; then find web/dist -mindepth 1 ! -name .keep -delete; fi

## The web page. Node's packages and the page are made anew when what they come from is newer.

.PHONY: web
web: $(if $(wildcard web/package.json),web/dist/index.html)

WEB_SOURCES := $(shell find web -name node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run build
	touch web/dist/.keep $@

## Checks

.PHONY: check
check: $(CHECK) ## Check format, vet, linters, generated files, races and the static binary

.PHONY: format
format: .build/golangci-lint
	.build/golangci-lint fmt --diff

.PHONY: fix
fix: .build/golangci-lint ## Format the Go code and apply what linters can fix
	.build/golangci-lint fmt
	.build/golangci-lint run --fix ./...

.PHONY: vet
vet:
	go vet ./...

.PHONY: lint
lint: .build/golangci-lint
	.build/golangci-lint run ./...

# The tools have requirements of their own, which must not become the program's.
.build/golangci-lint: tools/go.mod tools/go.sum
	@echo "building golangci-lint, which takes a minute or two the first time"
	cd tools && go build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: generated
generated:
	scripts/generated-unchanged

.PHONY: static
static: build
	go run ./internal/dev/staticbin bin/madang

.PHONY: race
race: system
	$(REPORT) go test -race -short -shuffle=on -timeout 20m $(CONCURRENT:%=./%/...)

.PHONY: check-web
check-web: web
	if [ -f web/package.json ]; then cd web && npm run check; fi

## Tests

.PHONY: test
test: system build no-totals $(TEST) totals ## Run all tests but the slow suites

.PHONY: system
system:
	scripts/system-packages

.PHONY: test-go
test-go: system web
	$(REPORT) -tally .build/totals/go.json go test -timeout 20m ./...

# vitest runs the script $(2) of web/package.json and counts its tests as the suite $(1). Vitest's
# verdict stands; the report adds the count.
define vitest
	rm -f .build/vitest-$(1).json; \
	verdict=0; \
	(cd web && npm run $(2) -- --reporter=default --reporter=json --outputFile.json=../.build/vitest-$(1).json) || verdict=1; \
	$(REPORT) -tally .build/totals/$(1).json -vitest .build/vitest-$(1).json || verdict=1; \
	exit $$verdict
endef

.PHONY: test-web
test-web: web
	if [ -f web/package.json ]; then $(call vitest,web,test); fi

.PHONY: test-browser
test-browser: system build
	if grep -qs '"test:browser"' web/package.json; then $(call vitest,browser,test:browser); fi

.PHONY: no-totals
no-totals:
	rm -rf .build/totals

.PHONY: totals
totals:
	$(REPORT) -sum .build/totals

## Slow suites

.PHONY: slow
slow: $(SLOW) ## Run the slow suites

.PHONY: crash
crash: system ## Kill the server 25 times under load and prove that nothing was lost
	$(REPORT) -tally .build/totals/crash.json go test -count=1 -timeout 40m ./e2e/crash -rounds 25

.PHONY: mutants
mutants: system ## Switch faults in one at a time; each must turn its test red
	go run ./e2e/mutants

# For .ci/run: what there is to do, in order.
.PHONY: parts
parts:
	@echo system build $(CHECK) $(TEST) $(SLOW)
