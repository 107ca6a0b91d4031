#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compares our BLAKE3 with the official implementation; takes less than a minute once built.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"

venv=.build/hash-venv
if [[ ! -x $venv/bin/python ]]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" --quiet --disable-pip-version-check install blake3
fi

# The Rust crate is an extra: Debian packages an older version of it (librust-blake3-dev).
peer=()
crates=/usr/share/cargo/registry
if command -v cargo >/dev/null && compgen -G "$crates/blake3-*" >/dev/null; then
    target=$here/.build/hash-rust
    if cargo build --quiet --release --offline --manifest-path Peers/hash-rust/Cargo.toml \
        --target-dir "$target" --config 'source.crates-io.replace-with="debian"' \
        --config "source.debian.directory=\"$crates\""; then
        peer=("$target/release/hash-peer")
    fi
fi

swift build --configuration release --product hash-benchmark
exec .build/release/hash-benchmark "$venv/bin/python" Peers/hash.py "${peer[@]}"
