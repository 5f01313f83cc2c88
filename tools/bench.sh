#!/usr/bin/env bash
# Measures the provider and writes BENCHMARKS.md:
#
#   SECRETS=1000    secrets that are read, each with a version
#   WRITES=200      secrets that are applied, rotated and destroyed
#   LARGE=10000     secrets of a large state that is read
#   SIMULATE=100000 how far the simulation goes
#   RUNS=3          of which the median counts
#   LATENCY=20ms    of each answer
#   LIMIT=50        requests per second, where a phase has a limit
#   REPORT=file.md  to write, instead of BENCHMARKS.md, with its picture beside it
#   PEER_PROVIDER=path PEER_CONFIG=dir                another provider beside it
#
# Zero leaves LARGE or SIMULATE out. It takes the CLI that tools/cli.sh finds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cli=$(bash tools/cli.sh)
mkdir -p .build
make --no-print-directory build
go -C tools/bench build -o ../../.build/bench .

peer=()
if [[ -n ${PEER_PROVIDER:-} || -n ${PEER_CONFIG:-} ]]; then
	peer=(-peer "${PEER_PROVIDER:-}" -peer-config "${PEER_CONFIG:-}")
fi
plot=tools/bench/simulation.svg
if [[ -n ${REPORT:-} ]]; then # The picture lies beside the page.
	plot=$(basename "${REPORT%.md}").svg
fi
exec .build/bench -cli "$cli" -provider .build/terraform-provider-thalassasecrets \
	-revision "$(git describe --tags --always --dirty 2>/dev/null || echo dev)" \
	-secrets "${SECRETS:-1000}" -writes "${WRITES:-200}" -large "${LARGE:-10000}" -runs "${RUNS:-3}" -simulate "${SIMULATE:-100000}" \
	-latency "${LATENCY:-20ms}" -limit "${LIMIT:-50}" -report "${REPORT:-BENCHMARKS.md}" -plot "$plot" "${peer[@]}"
