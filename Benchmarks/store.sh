#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the comparison needs and is missing, then runs it with the arguments given.
# Needs root only when a package is missing. See Benchmarks/store/README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$here/../.build-bench/tools

log() { printf '%s\n' "$*" >&2; }

install_packages() {
    log "installing $*"
    # The lists may be missing or old; they are fetched only if the first try fails.
    DEBIAN_FRONTEND=noninteractive apt-get install -y "$@" >&2 && return
    apt-get update >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y "$@" >&2
}

missing=()
for tool in restic casync time; do
    [[ $(type -P "$tool") ]] || missing+=("$tool")
done
if ((${#missing[@]})); then
    install_packages "${missing[@]}"
fi

if [[ ! -x $tools/bin/python ]]; then
    python3 -m venv "$tools"
fi
if ! "$tools/bin/python" -c 'import hf_xet' 2>/dev/null; then
    log "installing hf-xet"
    "$tools/bin/pip" install --quiet hf-xet==1.8.0 || log "hf-xet cannot be installed: left out"
fi
if [[ ! -x $tools/bin/borg && ! $(type -P borg) ]]; then
    log "building borg"
    install_packages build-essential python3-dev pkg-config \
        libacl1-dev liblz4-dev libxxhash-dev libzstd-dev libssl-dev
    "$tools/bin/pip" install --quiet borgbackup==1.4.5 || install_packages borgbackup
fi

exec python3 "$here/store/bench.py" "$@"
