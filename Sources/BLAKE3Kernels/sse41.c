// SPDX-License-Identifier: Apache-2.0

// 128-bit vectors, with the byte shuffle of SSSE3 for half of the rotations.

#if defined(__x86_64__)

#include "vectors.h"

#pragma clang attribute push(__attribute__((target("sse4.1"))), apply_to = function)

#include "quads.h"

#pragma clang attribute pop

const b3k_functions b3k_sse41 = {compress, chain, hash_nodes};

#endif
