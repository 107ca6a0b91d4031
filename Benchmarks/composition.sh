#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures reads through a cache over a link with a delay: see composition/bench.py. Takes some four
# minutes and 6 GB of disk. Makes network namespaces, for which it needs root; without it a proxy delays
# what passes.
# usage: Benchmarks/composition.sh [OPTION OF composition/bench.py ...]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
venv=$root/.build-bench/composition-venv
# The peers of the tests use the same.
requirement=$(grep '^grpcio==' "$root/Tests/Peers/requirements.txt")

if ! [ -x "$root/.build/release/blobstore" ]; then
    swift build --package-path "$root" --configuration release --product blobstore >&2
fi
if ! "$venv/bin/python" -c 'import grpc' 2>/dev/null; then
    echo "installing $requirement into $venv" >&2
    mkdir -p "$(dirname "$venv")"
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "$requirement" >&2
fi

# What is made is taken away by the program, whichever way it ends; it is told to end by these signals.
"$venv/bin/python" "$here/composition/bench.py" "$@" &
bench=$!
trap 'kill -TERM "$bench" 2>/dev/null || true' INT TERM HUP
status=0
wait "$bench" || status=$?
# A trap that ran has ended the first wait early.
while kill -0 "$bench" 2>/dev/null; do wait "$bench" || status=$?; done
exit "$status"
