#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the documentation of the libraries with DocC into .build/docs. Fails on dangling links and
# on public symbols without a documentation comment.
set -euo pipefail
cd "$(dirname "$0")/.."

modules=(BLAKE3 Bao Chunking BlobStore BlobCombinators BlobFiles LocalBlobStore ObjectStorage \
    S3ObjectStorage ObjectBlobStore BlobGRPC BlobComposition BlobStoreTesting ObjectStorageTesting)
output=.build/docs
graphs=.build/symbol-graphs

swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members \
    >/dev/null
rm -rf "$graphs" "$output"
mkdir -p "$output"
for module in "${modules[@]}"; do
    mkdir -p "$graphs/$module"
    cp "$(swift build --show-bin-path)"/../symbolgraph/"$module"*.symbols.json "$graphs/$module"
done

dev/check-documentation.py "$graphs"
for module in "${modules[@]}"; do
    docc convert "Sources/$module/Documentation.docc" \
        --additional-symbol-graph-dir "$graphs/$module" \
        --fallback-display-name "$module" \
        --fallback-bundle-identifier "blobstore.$module" \
        --warnings-as-errors \
        --output-path "$output/$module"
done
echo "build-docs: see $output"
