#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds and runs what the documentation shows.
set -euo pipefail
cd "$(dirname "$0")/../Examples"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
swift run --package-path EmbeddedStore EmbeddedStore "$work/store"
