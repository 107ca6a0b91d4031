#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the NEON kernel on any Linux machine, in an emulator, and compares it with the portable one.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kernels=$here/../Sources/BLAKE3Kernels

# A compiler for 64-bit Arm is needed for its C library and its linker; clang compiles.
packages=()
command -v qemu-aarch64 >/dev/null || packages+=(qemu-user)
command -v aarch64-linux-gnu-gcc >/dev/null || packages+=(gcc-aarch64-linux-gnu)
if ((${#packages[@]} > 0)); then
    apt-get update -qq
    apt-get install -qq -y "${packages[@]}"
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for source in "$kernels"/*.c "$here/neon-parity.c"; do
    clang --target=aarch64-linux-gnu --sysroot=/usr/aarch64-linux-gnu \
        -isystem /usr/aarch64-linux-gnu/include -I"$kernels/include" \
        -std=gnu17 -O2 -Wall -Wextra -Werror -c "$source" \
        -o "$folder/$(basename "$source" .c).o"
done
aarch64-linux-gnu-gcc -static "$folder"/*.o -o "$folder/neon-parity"
exec timeout 50 qemu-aarch64 "$folder/neon-parity"
