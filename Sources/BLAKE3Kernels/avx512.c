// SPDX-License-Identifier: Apache-2.0

// 512-bit vectors, with shorter ones for few nodes. All have 32 registers and rotate instructions.
// Sixteen lanes cost less than eight twice, however few are in use. Runs of 32 chunks have code of
// their own, in assembly: 12 to 18 % faster than sixteen lanes twice, and not slow in debug builds.

#if defined(__x86_64__)

#include "vectors.h"

#pragma clang attribute push(\
    __attribute__((target("avx512f,avx512vl"), min_vector_width(512))), apply_to = function)

#define LANES 16
#include "lanes.h"
#define LANES 8
#include "lanes.h"
#define ROWS 2
#define STREAMS 2
#include "rows.h"
#define ROWS 2
#define STREAMS 1
#include "rows.h"
#define ROWS 1
#define STREAMS 1
#include "rows.h"

#if !defined(_WIN32)
/// Hashes 32 times `groups` chunks (avx512-chunks32.S, made by dev/generate-avx512-kernel.py).
///
/// Fetches up to 32 KiB after them, which need not be readable.
void b3k_avx512_hash_chunks32(const uint8_t *input, size_t groups, const b3k_job *job,
                              uint64_t counter, uint8_t *values);
_Static_assert(offsetof(b3k_job, flags) == 16 && offsetof(b3k_job, first_flags) == 20 &&
                   offsetof(b3k_job, last_flags) == 24 && offsetof(b3k_job, key) == 40,
               "the generated code has other offsets");
#endif

static size_t hash_nodes(const uint8_t *input, size_t count, const b3k_job *job, uint64_t counter,
                         uint8_t *values)
{
#if !defined(_WIN32)
    if (count >= 32 && job->blocks == B3K_CHUNK_LENGTH / B3K_BLOCK_LENGTH) {
        b3k_avx512_hash_chunks32(input, count / 32, job, counter, values);
        return count / 32 * 32;
    }
#endif
    if (count > 8)
        return hash_lanes16(input, count, job, counter, values);
    if (count > 4)
        return hash_lanes8(input, count, job, counter, values);
    if (count > 2)
        return hash_rows2x2(input, count, job, counter, values);
    if (count == 2)
        return hash_rows2x1(input, count, job, counter, values);
    return hash_rows1x1(input, count, job, counter, values);
}

#pragma clang attribute pop

const b3k_functions b3k_avx512 = {compress, chain, hash_nodes};

#endif
