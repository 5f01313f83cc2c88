# Needs Go, git and a C compiler (for the race detector). Everything else is built
# from the modules that tools/ pins.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

TOOL := go tool -modfile=tools/go.mod
VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

##@ Every day

.PHONY: help
help: ## Print this list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the provider to .build/terraform-provider-thalassasecrets
	go build -trimpath -ldflags '-X main.version=$(VERSION)' -o .build/terraform-provider-thalassasecrets .

.PHONY: test
test: ## Run all tests, including acceptance tests (RUN=TestName PKGS=./internal/client)
	@bash tools/test.sh

.PHONY: lint
lint: ## Run the linters
	$(TOOL) golangci-lint run
	$(TOOL) golangci-lint run tools/schema/main.go
	$(TOOL) golangci-lint run tools/demo/main.go
	cd tools/bench && go tool -modfile=../go.mod golangci-lint run --config=../../.golangci.yml
	cd tools/checks && go tool -modfile=../go.mod golangci-lint run --config=../../.golangci.yml
	cd tools/upstream && go tool -modfile=../go.mod golangci-lint run --config=../../.golangci.yml

.PHONY: fmt
fmt: ## Format Go and HCL files
	$(TOOL) golangci-lint fmt
	TF_CLI_CONFIG_FILE=/dev/null "$$(bash tools/cli.sh)" fmt -recursive .

.PHONY: generate
generate: ## Generate docs/ from the schema, templates/ and examples/
	bash tools/docs.sh

.PHONY: demo
demo: ## Demonstrate the provider against a local reference server
	bash tools/demo.sh

##@ Now and then

.PHONY: race
race: ## Run all tests with the race detector
	@RACE=all bash tools/test.sh

.PHONY: matrix
matrix: ## Run the acceptance tests with every CLI on the PATH and in CLIS=/path/a,/path/b
	@bash tools/matrix.sh

.PHONY: robustness
robustness: ## Run WRITES=10000 writes with injected faults from SEED=1 on, and print the results
	go test ./internal/robustness -run 'TestRobustness$$' -count=1 -timeout 60m -v \
		-robustness.seeds=100000 -robustness.writes=$(or $(WRITES),10000) -robustness.seed=$(or $(SEED),1)

.PHONY: bench
bench: ## Measure time, memory and requests into BENCHMARKS.md (tools/bench.sh lists the settings)
	@bash tools/bench.sh

.PHONY: bench-go
bench-go: ## Run the Go benchmarks, in the format of benchstat (BENCH=Decode COUNT=6)
	go test ./internal/client ./internal/inventory ./internal/provider -run '^$$' -bench '$(or $(BENCH),.)' -benchmem -count=$(or $(COUNT),6)

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME=60s (FUZZ=Name selects one, CORPUS=keep saves inputs)
	@bash tools/fuzz.sh

.PHONY: docs-check
docs-check: ## Fail if docs/ is out of date
	bash tools/docs.sh check

.PHONY: licenses
licenses: ## Write THIRD_PARTY_LICENSES.md from the linked modules
	@bash tools/licenses.sh

.PHONY: vulncheck
vulncheck: ## Check the provider for known vulnerabilities (queries vuln.go.dev)
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
	go -C tools/upstream mod tidy

.PHONY: ci
ci: ## Run all checks that a change must pass
	bash .ci/run

.PHONY: clean
clean: ## Remove all build output
	rm -rf .build
