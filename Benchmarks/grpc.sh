#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures our gRPC server and client beside those of C++ with the same proto; takes some five minutes
# once built. Installs what is missing, for which it needs root.
# usage: Benchmarks/grpc.sh [OPTION OF grpc/bench.py ...]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
peers=$here/../.build-bench/grpc-cpp

packages=(g++ make pkg-config libgrpc++-dev protobuf-compiler protobuf-compiler-grpc util-linux)
missing=()
for package in "${packages[@]}"; do
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null |
        grep -q 'install ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
    echo "installing ${missing[*]}" >&2
    # The lists may be missing or old; they are fetched only if the first try fails.
    install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}")
    "${install[@]}" >&2 || { apt-get update -qq >&2 && "${install[@]}" >&2; }
fi

make --silent --directory "$here/Peers/grpc-cpp" OUT="$peers"
swift build --package-path "$here" --configuration release --product grpc-benchmark >&2

exec python3 "$here/grpc/bench.py" --peers "$peers" "$@"
