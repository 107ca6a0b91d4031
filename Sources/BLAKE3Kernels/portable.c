// SPDX-License-Identifier: Apache-2.0

// The compression function in plain C: the yardstick for all other kernels.

#include "kernel.h"

static inline uint32_t rotate_right(uint32_t x, int n) { return x >> n | x << (32 - n); }

/// The quarter-round G (paper, section 2.2).
#define G(a, b, c, d, x, y)                                                                        \
    v[a] += v[b] + m[x];                                                                           \
    v[d] = rotate_right(v[d] ^ v[a], 16);                                                          \
    v[c] += v[d];                                                                                  \
    v[b] = rotate_right(v[b] ^ v[c], 12);                                                          \
    v[a] += v[b] + m[y];                                                                           \
    v[d] = rotate_right(v[d] ^ v[a], 8);                                                           \
    v[c] += v[d];                                                                                  \
    v[b] = rotate_right(v[b] ^ v[c], 7);

/// Mixes the columns of the state, then its diagonals.
#define ROUND(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15)                \
    G(0, 4, 8, 12, m0, m1)                                                                         \
    G(1, 5, 9, 13, m2, m3)                                                                         \
    G(2, 6, 10, 14, m4, m5)                                                                        \
    G(3, 7, 11, 15, m6, m7)                                                                        \
    G(0, 5, 10, 15, m8, m9)                                                                        \
    G(1, 6, 11, 12, m10, m11)                                                                      \
    G(2, 7, 8, 13, m12, m13)                                                                       \
    G(3, 4, 9, 14, m14, m15)

static void compress(const uint32_t value[8], const uint8_t *block, uint32_t length,
                     uint64_t counter, uint32_t flags, uint32_t output[16])
{
    static const uint32_t iv[8] = B3K_IV;
    uint32_t m[16];
    uint32_t v[16];
    memcpy(m, block, sizeof m);
    memcpy(v, value, 32);
    memcpy(v + 8, iv, 16);
    v[12] = (uint32_t)counter;
    v[13] = (uint32_t)(counter >> 32);
    v[14] = length;
    v[15] = flags;
    B3K_ROUNDS(ROUND)
    for (int i = 0; i < 8; i++) {
        uint32_t high = v[i + 8] ^ value[i];
        output[i] = v[i] ^ v[i + 8];
        output[i + 8] = high;
    }
}

static void chain(uint32_t value[8], const uint8_t *input, size_t blocks, uint64_t counter,
                  uint32_t flags, uint32_t first_flags)
{
    for (size_t block = 0; block < blocks; block++) {
        uint32_t output[16];
        compress(value, input + block * B3K_BLOCK_LENGTH, B3K_BLOCK_LENGTH, counter,
                 block == 0 ? flags | first_flags : flags, output);
        memcpy(value, output, 32);
    }
}

static size_t hash_nodes(const uint8_t *input, size_t count, const b3k_job *job, uint64_t counter,
                         uint8_t *values)
{
    size_t before_last = job->blocks - 1;
    uint32_t last_flags = job->flags | job->last_flags;
    uint32_t value[8];
    uint32_t output[16];
    (void)count;
    memcpy(value, job->key, sizeof value);
    chain(value, input, before_last, counter, job->flags, job->first_flags);
    if (before_last == 0)
        last_flags |= job->first_flags;
    compress(value, input + before_last * B3K_BLOCK_LENGTH, B3K_BLOCK_LENGTH, counter, last_flags,
             output);
    memcpy(values, output, sizeof value);
    return 1;
}

const b3k_functions b3k_portable = {compress, chain, hash_nodes};
