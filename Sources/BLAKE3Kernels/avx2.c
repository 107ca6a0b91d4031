// SPDX-License-Identifier: Apache-2.0

// 256-bit vectors, with shorter ones for few nodes.

#if defined(__x86_64__)

#include "vectors.h"

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

#define LANES 8
#include "lanes.h"
#define LANES 4
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

static size_t hash_nodes(const uint8_t *input, size_t count, const b3k_job *job, uint64_t counter,
                         uint8_t *values)
{
    if (count > 4)
        return hash_lanes8(input, count, job, counter, values);
    if (count > 2)
        return hash_rows2x2(input, count, job, counter, values);
    if (count == 2)
        return hash_rows2x1(input, count, job, counter, values);
    return hash_rows1x1(input, count, job, counter, values);
}

#pragma clang attribute pop

const b3k_functions b3k_avx2 = {compress, chain, hash_nodes};

#endif
