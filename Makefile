# Heddle. `make` says what there is to do.

MODULES  := pkg services/auth services/jobs services/files services/workflows services/gateway cmd/heddle test
BINARIES := heddle heddle-auth heddle-jobs heddle-files heddle-gateway heddle-runner
EVERY    := $(addsuffix /...,$(addprefix ./,$(MODULES)))
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GOFLAGS_BUILD := -trimpath -ldflags "-s -w -X github.com/heddle-dev/heddle/pkg/run.version=$(VERSION)"
TAGGED   := -tags=faults,external,browser
COMPOSE  := deploy/compose/compose

export CGO_ENABLED = 0

.PHONY: help run build test e2e faults browser clients bench bench-million lint gen coverage standalone images compose-up compose-down clean

help: ## what there is to do
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: bin/heddle ## run the whole of Heddle in one process, with demo users and a demo site
	@exec bin/heddle up --demo

build: $(addprefix bin/,$(BINARIES)) ## build every binary into bin/, static

.PHONY: FORCE
bin/heddle: FORCE
	@go build $(GOFLAGS_BUILD) -o $@ ./cmd/heddle
bin/heddle-runner: FORCE
	@go build $(GOFLAGS_BUILD) -o $@ ./services/jobs/cmd/heddle-runner
bin/heddle-%: FORCE
	@go build $(GOFLAGS_BUILD) -o $@ ./services/$*/cmd/heddle-$*
bin/nats-server: FORCE
	@cd cmd/heddle && go build $(GOFLAGS_BUILD) -o ../../bin/nats-server github.com/nats-io/nats-server/v2

test: ## all tests that need nothing but Go
	@go test $(EVERY)

faults: build bin/nats-server ## kill, pause and cut off real processes (minutes)
	@go test -count=1 -tags=faults -timeout 20m -v ./test/faults/...

browser: ## sign in with a real browser (needs chromium)
	@go test -count=1 -tags=browser -timeout 15m -v ./test/browser/...

clients: bin/heddle ## the public clients against `heddle up` (needs Python, curl and a copy of PyUNICORE)
	@test/clients/run

bench: bin/heddle ## measure, side by side with yardsticks of the same run
	@go run ./test/bench

bench-million: bin/heddle-jobs bin/nats-server ## measure the jobs service with 1,000,000 jobs in its history (some ten minutes)
	@go run ./test/bench -million 1000000

lint: bin/staticcheck bin/govulncheck ## gofmt, vet, staticcheck, govulncheck
	@unformed=$$(gofmt -l $(MODULES) examples) && test -z "$$unformed" || { echo "$$unformed"; echo "lint: run gofmt -w on these"; exit 1; }
	@go vet $(TAGGED) $(EVERY)
	@bin/staticcheck $(TAGGED) $(EVERY)
	@tools/vulncheck $(MODULES)

bin/staticcheck bin/govulncheck: tools/go.mod
	@cd tools && GOWORK=off GOBIN=$(CURDIR)/bin go install tool

gen: coverage ## write again what is generated: docs/coverage.md, docs/config.md, docs/events.md
	@go run ./cmd/heddle/reference

coverage: ## which requirements have a test that names them
	@go run ./test/coverage

standalone: ## each module also builds by itself
	@for m in $(MODULES) examples/greeter examples/core4; do (cd $$m && GOWORK=off go build -o /dev/null ./... && GOWORK=off go vet ./...) || exit 1; done

images: build bin/nats-server ## container images, from nothing but the binaries and Debian's redis-server
	@deploy/compose/images

compose-up: ## run every service in its own container
	@$(COMPOSE) up -d $(UPFLAGS) && deploy/compose/healthy

compose-down: ## stop them and forget their data
	@$(COMPOSE) down --volumes

clean: ## remove what was built
	@rm -rf bin
