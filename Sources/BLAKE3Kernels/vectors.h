// SPDX-License-Identifier: Apache-2.0

/// Vectors of 128-bit parts, in which all kernels but the portable one think.

#ifndef BLAKE3_VECTORS_H
#define BLAKE3_VECTORS_H

#include "kernel.h"

#define B3K_JOIN(a, b) B3K_JOIN_EXPANDED(a, b)
#define B3K_JOIN_EXPANDED(a, b) a##b

/// Four words.
typedef uint32_t b3k_quad __attribute__((vector_size(16)));

/// Helpers are part of the kernels that call them, or each call would pass its vectors in memory.
#define B3K_INLINE static inline __attribute__((always_inline))

/// A vector with the same word in all places.
#define B3K_ALL(x) ((V){0} + (x))

/// Index `i` of a shuffle of two quads, in part `part` of vectors of `parts` quads.
#define B3K_INDEX(i, part, parts) ((i) % 4 + 4 * (part) + ((i) < 4 ? 0 : 4 * (parts)))
#define B3K_INDICES(i, j, k, l, part, parts)                                                       \
    B3K_INDEX(i, part, parts), B3K_INDEX(j, part, parts), B3K_INDEX(k, part, parts),               \
        B3K_INDEX(l, part, parts)

/// The same shuffle in each part: words 0 to 3 are of `a`, 4 to 7 of `b`.
#define B3K_SHUFFLE_1(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#define B3K_SHUFFLE_2(a, b, i, j, k, l)                                                            \
    __builtin_shufflevector(a, b, B3K_INDICES(i, j, k, l, 0, 2), B3K_INDICES(i, j, k, l, 1, 2))
#define B3K_SHUFFLE_4(a, b, i, j, k, l)                                                            \
    __builtin_shufflevector(a, b, B3K_INDICES(i, j, k, l, 0, 4), B3K_INDICES(i, j, k, l, 1, 4),    \
                            B3K_INDICES(i, j, k, l, 2, 4), B3K_INDICES(i, j, k, l, 3, 4))

#endif
