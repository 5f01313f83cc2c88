#!/usr/bin/env bash
# Measures the provider and writes BENCHMARKS.md:
#
#   SECRETS=1000    secrets to read, each with a version
#   WRITES=200      secrets to apply, rotate and destroy
#   LARGE=3000,10000 secrets of larger states, each read once
#   SIMULATE=100000 secrets of the simulation
#   RUNS=5          runs of what is read, whose median is reported
#   WRITE_RUNS=3    runs of what is written
#   LATENCY=20ms    latency of each response
#   LIMIT=50        requests per second, in phases with a limit
#   REPORT=file.md  output instead of BENCHMARKS.md, with its picture in the same directory
#   PEER_PROVIDER=path PEER_CONFIG=dir                another provider to compare
#
# Zero skips LARGE or SIMULATE. It uses the CLI that tools/cli.sh finds.
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
if [[ -n ${REPORT:-} ]]; then # The picture is in the directory of the page.
	plot=$(basename "${REPORT%.md}").svg
fi
exec .build/bench -cli "$cli" -provider .build/terraform-provider-thalassasecrets \
	-revision "$(git describe --tags --always --dirty 2>/dev/null || echo dev)" \
	-secrets "${SECRETS:-1000}" -writes "${WRITES:-200}" -large "${LARGE:-3000,10000}" -runs "${RUNS:-5}" -write-runs "${WRITE_RUNS:-3}" -simulate "${SIMULATE:-100000}" \
	-latency "${LATENCY:-20ms}" -limit "${LIMIT:-50}" -report "${REPORT:-BENCHMARKS.md}" -plot "$plot" "${peer[@]}"
