// SPDX-License-Identifier: Apache-2.0

// 128-bit vectors of 64-bit Arm, in its base architecture.

#if defined(__aarch64__)

#include "vectors.h"

#include "quads.h"

const b3k_functions b3k_neon = {compress, chain, hash_nodes};

#endif
