// SPDX-License-Identifier: Apache-2.0

/// What every kernel provides, and what they share.

#ifndef BLAKE3_KERNEL_H
#define BLAKE3_KERNEL_H

#include "BLAKE3Kernels.h"

#include <string.h>

/// What all nodes of one call to `hash_nodes` have in common.
typedef struct {
    size_t blocks;         ///< in each node: 16 for chunks, 1 for parents
    uint64_t counter_step; ///< from one node to the next: 1 for chunks, 0 for parents
    uint32_t flags;        ///< of every block
    uint32_t first_flags;  ///< added in the first block
    uint32_t last_flags;   ///< added in the last block
    const uint8_t *end;    ///< of the memory that will be read soon, to fetch it early
    uint32_t key[8];
} b3k_job;

/// The code for one set of instructions.
typedef struct {
    /// See `b3k_compress`.
    void (*compress)(const uint32_t value[8], const uint8_t *block, uint32_t length,
                     uint64_t counter, uint32_t flags, uint32_t output[16]);

    /// Chains `blocks` whole blocks of one node into `value`, in place.
    ///
    /// `first_flags` are added to the flags of the first block only.
    void (*chain)(uint32_t value[8], const uint8_t *input, size_t blocks, uint64_t counter,
                  uint32_t flags, uint32_t first_flags);

    /// Hashes some of `count` nodes that follow each other in memory, at least one, and returns how
    /// many. `counter` is that of the first, and `values` may be `input`.
    size_t (*hash_nodes)(const uint8_t *input, size_t count, const b3k_job *job, uint64_t counter,
                         uint8_t *values);
} b3k_functions;

extern const b3k_functions b3k_portable;
#if defined(__x86_64__)
extern const b3k_functions b3k_sse2, b3k_sse41, b3k_avx2, b3k_avx512;
#elif defined(__aarch64__)
extern const b3k_functions b3k_neon;
#endif

/// The first half of the state's constants (paper, table 1), which is also the key of a plain hash.
#define B3K_IV                                                                                     \
    {                                                                                              \
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB,        \
            0x5BE0CD19                                                                             \
    }

/// Applies `ROUND` to the message schedule of each round: word `i` of the next round is word
/// `p[i]` of this one, p = 2 6 3 10 7 0 4 13 1 11 12 5 9 14 15 8 (paper, table 2).
#define B3K_ROUNDS(ROUND)                                                                          \
    ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)                                    \
    ROUND(2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)                                    \
    ROUND(3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1)                                    \
    ROUND(10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6)                                    \
    ROUND(12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4)                                    \
    ROUND(9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7)                                    \
    ROUND(11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13)

#endif
