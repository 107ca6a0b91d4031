#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lets blobstore talk to peers: gRPC clients and servers in Python, and real S3 servers: see
# Tests/Peers/README.md.
# usage: dev/test-peers.sh PATH-OF-BLOBSTORE [ARGUMENT-OF-PYTEST…]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
blobstore=$(readlink -f "$1")
shift
root=$(dirname "$here")
peers=$root/Tests/Peers
python=$root/.build-peers/venv

install() {
    local run=()
    [ "$(id -u)" -eq 0 ] || run=(sudo)
    "${run[@]}" apt-get update -qq
    "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$@" >&2
}

# Debian has this part of Python in a package of its own.
make_venv() {
    python3 -m venv --clear "$python" >/dev/null || {
        install python3-venv
        python3 -m venv --clear "$python"
    }
}

if ! cmp -s "$peers/requirements.txt" "$python/requirements.txt"; then
    make_venv
    "$python/bin/pip" install --quiet --disable-pip-version-check -r "$peers/requirements.txt"
    cp "$peers/requirements.txt" "$python"
fi
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || install nginx-light

cd "$peers"
# Three at once, as many tests wait more than they work.
timeout --kill-after=10 "${PEERS_TIMEOUT:-1800}" \
    "$python/bin/pytest" -c pytest.ini --quiet --numprocesses 3 --blobstore="$blobstore" "$@"
