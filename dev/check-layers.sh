#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks what the build cannot: that the lower modules import nothing but what ARCHITECTURE.md says,
# and that the generated kernel is up to date.
# Which targets import which is enforced by the build itself.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0

# allow MODULE 'IMPORTS': every import of a module must be in the list.
allow() {
    local module=$1 allowed=$2 found
    # A module may import nothing at all, which grep reports as a failure.
    found=$({ grep -rhoE '^(@[A-Za-z_]+(\([A-Za-z]+\))? )*((public|package|internal|private) )?import [A-Za-z0-9_]+' \
        "Sources/$module" --include='*.swift' || true; } | awk '{ print $NF }' | sort -u)
    for import in $found; do
        case " $allowed " in
        *" $import "*) ;;
        *)
            echo "check-layers: $module must not import $import" >&2
            failed=1
            ;;
        esac
    done
}

allow BLAKE3 'BLAKE3Kernels Dispatch Synchronization'
allow Bao 'BLAKE3'
allow Chunking ''
allow BlobStore 'BLAKE3 Bao Chunking NIOCore Synchronization'
allow BlobCombinators 'BLAKE3 Bao BlobStore Chunking Logging NIOCore Synchronization'
allow BlobFiles 'BlobStore Glibc NIOCore NIOPosix Synchronization SystemPackage'
allow BlobCompression 'BlobStore CZstd NIOCore Synchronization'
allow BlobDatabase 'GRDB Glibc NIOConcurrencyHelpers SystemPackage'
allow BlobRecords 'BLAKE3 Bao BlobStore NIOCore'
allow ObjectStorage 'BlobFiles BlobStore Glibc NIOCore Synchronization SystemPackage'
allow BlobStoreTesting 'BLAKE3 Bao BlobFiles BlobStore Foundation Glibc NIOCore Synchronization SystemPackage Testing'

while IFS= read -r file; do
    if ! head -n 15 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0'; then
        echo "check-layers: $file has no licence line" >&2
        failed=1
    fi
done < <(git ls-files '*.swift' '*.c' '*.h' '*.S' '*.sh' '*.py' '.ci/run' Makefile)

kernel=Sources/BLAKE3Kernels/avx512-chunks32.S
if [[ $(dev/generate-avx512-kernel.py) != "$(<"$kernel")" ]]; then
    echo "check-layers: $kernel is not what dev/generate-avx512-kernel.py prints" >&2
    failed=1
fi

exit $failed
