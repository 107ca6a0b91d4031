#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures everything: hashing, verified streaming, chunking and compression, then gRPC, a cache and
# stores in buckets and on disk beside their peers (more than an hour). Installs what it needs.
# usage: Benchmarks/run.sh PATH-OF-BLOBSTORE [OPTION OF store/bench.py ...]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
blobstore=$(readlink -f "$1")
shift
status=0

title() { printf '\n== %s\n' "$*"; }

title 'Hashing'
"$here/hash.sh" || status=1

title 'Verified streaming'
swift run --package-path "$here" --configuration release bao-benchmark || status=1

title 'Chunking'
swift run --package-path "$here" --configuration release chunking-benchmark || status=1

title 'gRPC beside C++'
"$here/grpc.sh" || status=1

title 'A cache over a slow link'
"$here/composition.sh" || status=1

title 'Stores in buckets'
"$here/objects.sh" --blobstore "$blobstore" || status=1

title 'The store and its peers'
"$here/store.sh" --blobstore "$blobstore" "$@" || status=1

title 'Compression'
python3 "$here/store/compression.py" "$blobstore" "$here/../.build-bench/inputs" || status=1

exit $status
