#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compares outboards with those of a real iroh node, and reads the node's data with them.
# usage: dev/test-iroh.sh PATH-OF-BLOBSTORE
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
blobstore=$(readlink -f "$1")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

if ! python3 -m venv python >python.log 2>&1; then
    # Debian has this part of Python in a package of its own.
    run=()
    [ "$(id -u)" -eq 0 ] || run=(sudo)
    "${run[@]}" apt-get update -qq
    "${run[@]}" apt-get install -qq -y python3-venv
    python3 -m venv --clear python
fi
python/bin/pip install --quiet --disable-pip-version-check iroh==0.35.0

# Large enough for the node to keep data and outboard in files of their own.
head -c $(((10 << 20) + 12345)) /dev/urandom >content
mkdir node
timeout 60 python/bin/python "$here/iroh-node.py" "$PWD/content" "$PWD/node"

digest=$("$blobstore" hash content | cut -c 1-64)
data=node/blobs/data/$digest.data
outboard=node/blobs/data/$digest.obao4

"$blobstore" bao outboard content -o made
cmp made "$outboard"
echo "test-iroh: the outboard of $(stat -c %s content) bytes is iroh's, byte for byte"

"$blobstore" bao decode "$digest" "$data" --outboard "$outboard" -o decoded
cmp decoded content
"$blobstore" bao slice 5000000 100000 "$data" --outboard "$outboard" |
    "$blobstore" bao verify-slice "$digest" 5000000 100000 |
    cmp - <(tail -c +5000001 content | head -c 100000 || true)
echo "test-iroh: the node's data and a slice of it are verified with the node's outboard"
