#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds and runs what the documentation shows.
set -euo pipefail
cd "$(dirname "$0")/../Examples"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
swift run --package-path EmbeddedStore EmbeddedStore "$work/store"
(cd OwnServices && swift run OwnServices composition.toml \
    5e16537b0fe7f649da28d10caff5f6df2ca67e9208c31327b802b02844798a87)
