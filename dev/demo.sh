#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Stores real input, shows what that took, gets it back and compares it byte for byte.
# usage: dev/demo.sh PATH-OF-BLOBSTORE
set -euo pipefail

blobstore=$(readlink -f "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export BLOBSTORE_STORE="$work/store"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() {
    printf '$ blobstore %s\n' "$*"
    "$blobstore" "$@"
}
# part FILE OFFSET [LENGTH]
part() {
    if [ $# -eq 3 ]; then
        # tail is told that nobody reads on; that is no failure here.
        tail -c +$(($2 + 1)) "$1" | head -c "$3" || true
    else
        tail -c +$(($2 + 1)) "$1"
    fi
}
timed() {
    local TIMEFORMAT='  (%R s)'
    time "$@"
}

library=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")/lib
say "1. The Swift toolchain's own libraries, file by file: $(du -sh "$library" | cut -f1)"
cd "$library"
printf '$ blobstore put -r . > files.list\n'
timed "$blobstore" put -r . >"$work/files.list"
printf '  %s files\n' "$(wc -l <"$work/files.list")"
show stats

say "2. A file of 256 MiB, and a copy with three edits"
head -c $((256 << 20)) /dev/urandom >"$work/original"
{
    part "$work/original" 0 50000000
    printf 'an insertion'
    part "$work/original" 50000000 100000000
    part "$work/original" 150001000 50000000
    printf 'a replacement'
    part "$work/original" 200001013
} >"$work/edited"
original=$(timed "$blobstore" put "$work/original")
edited=$(timed "$blobstore" put "$work/edited")
printf '%s  original\n%s  edited\n' "$original" "$edited"
show stats

say "3. Ranges and whole blobs back"
for range in 0-1 0-1024 49999990-50000020 1000-20000000 268435400-; do
    from=${range%-*}
    to=${range#*-}
    length=$((${to:-$((256 << 20))} - from))
    "$blobstore" get "$original" --range "$range" |
        cmp - <(part "$work/original" "$from" "$length")
    printf '  bytes %s are the same\n' "$range"
done
timed "$blobstore" get "$edited" -o "$work/edited.back"
cmp "$work/edited" "$work/edited.back" && echo '  the edited copy is the same'

say "4. All files of the list back into a new folder"
timed "$blobstore" get --list "$work/files.list" -C "$work/back"
count=0
while IFS= read -r path; do
    cmp "$path" "$work/back/$path"
    count=$((count + 1))
done < <(sed -E 's/^[0-9a-f]{64}  //' "$work/files.list")
printf '  %s files are the same\n' "$count"

say "5. Everything is sound"
show fsck
