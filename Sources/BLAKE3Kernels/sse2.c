// SPDX-License-Identifier: Apache-2.0

// 128-bit vectors, with the instructions that every x86-64 processor has.

#if defined(__x86_64__)

#include "vectors.h"

#include "quads.h"

const b3k_functions b3k_sse2 = {compress, chain, hash_nodes};

#endif
