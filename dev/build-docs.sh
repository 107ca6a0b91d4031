#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the documentation of the libraries with DocC, and fails on dangling links and on public
# symbols without a documentation comment.
set -euo pipefail
cd "$(dirname "$0")/.."

modules=(BLAKE3 Chunking BlobStore LocalBlobStore BlobStoreTesting)
output=.build/docs
symbols=.build/docs-symbols

rm -rf "$symbols"
mkdir -p "$output" "$symbols"
swift build --scratch-path .build-docs \
    -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc "$PWD/$symbols" \
    --target BlobStoreTesting --target LocalBlobStore
