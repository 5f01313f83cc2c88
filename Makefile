# Needs Go, git and a C compiler (for the race detector). Everything else is built
# from the modules that tools/ pins.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

TOOL := go tool -modfile=tools/go.mod
VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

##@ Every day

.PHONY: help
help: ## Print this
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the provider to .build/terraform-provider-thalassasecrets
	go build -trimpath -ldflags '-X main.version=$(VERSION)' -o .build/terraform-provider-thalassasecrets .

.PHONY: test
test: ## Run all tests, acceptance tests too (RUN=TestName PKGS=./internal/client)
	@bash tools/test.sh

.PHONY: lint
lint: ## Run the linters
	$(TOOL) golangci-lint run
	$(TOOL) golangci-lint run tools/schema/main.go
	$(TOOL) golangci-lint run tools/demo/main.go
	cd tools/bench && go tool -modfile=../go.mod golangci-lint run --config=../../.golangci.yml
	cd tools/checks && go tool -modfile=../go.mod golangci-lint run --config=../../.golangci.yml

.PHONY: fmt
fmt: ## Format the Go and the HCL
	$(TOOL) golangci-lint fmt
	TF_CLI_CONFIG_FILE=/dev/null "$$(bash tools/cli.sh)" fmt -recursive .

.PHONY: generate
generate: ## Write docs/ from the schema, templates/ and examples/
	bash tools/docs.sh

.PHONY: demo
demo: ## Show the provider at work against the reference server
	bash tools/demo.sh

##@ Now and then

.PHONY: race
race: ## Run all tests with the race detector
	@RACE=all bash tools/test.sh

.PHONY: matrix
matrix: ## Run the acceptance tests with every CLI that there is (CLIS=/path/a,/path/b adds some)
	@bash tools/matrix.sh

.PHONY: robustness
robustness: ## Let WRITES=10000 writes meet trouble, SEED=1 and on, and print what came of them
	go test ./internal/robustness -run 'TestRobustness$$' -count=1 -timeout 60m -v \
		-robustness.seeds=100000 -robustness.writes=$(or $(WRITES),10000) -robustness.seed=$(or $(SEED),1)

.PHONY: bench
bench: ## Measure time, memory and requests into BENCHMARKS.md (tools/bench.sh lists the settings)
	@bash tools/bench.sh

.PHONY: bench-go
bench-go: ## Run the Go benchmarks, in the form that benchstat reads (BENCH=Decode COUNT=6)
	go test ./internal/client ./internal/inventory ./internal/provider -run '^$$' -bench '$(or $(BENCH),.)' -benchmem -count=$(or $(COUNT),6)

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME=60s (FUZZ=Name picks, CORPUS=keep saves inputs)
	@bash tools/fuzz.sh

.PHONY: docs-check
docs-check: ## Fail if docs/ is not what "make generate" writes
	bash tools/docs.sh check

.PHONY: licenses
licenses: ## Write THIRD_PARTY_LICENSES.md from the modules that are linked
	@bash tools/licenses.sh

.PHONY: vulncheck
vulncheck: ## Look for known vulnerabilities in what the provider calls (asks vuln.go.dev)
	go tool -modfile=tools/checks/go.mod govulncheck ./...

.PHONY: snapshot
snapshot: ## Build the archives of a release into .build/dist and install one (VERSION=0.1.0-dev)
	@bash tools/release.sh snapshot

.PHONY: tidy
tidy: ## Tidy the modules of the provider and its tools
	go mod tidy
	go -C tools mod tidy
	go -C tools/opentofu mod tidy
	go -C tools/opa mod tidy
	go -C tools/goreleaser mod tidy -e
	go -C tools/checks mod tidy
	go -C tools/bench mod tidy

.PHONY: ci
ci: ## Run what lands a change
	bash .ci/run

.PHONY: clean
clean: ## Remove what was built
	rm -rf .build
