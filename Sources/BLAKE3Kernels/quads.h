// SPDX-License-Identifier: Apache-2.0

/// The kernel of 128-bit vectors, to be included once for each set of instructions.

#define LANES 4
#include "lanes.h"
#define ROWS 1
#define STREAMS 2
#include "rows.h"
#define ROWS 1
#define STREAMS 1
#include "rows.h"

static size_t hash_nodes(const uint8_t *input, size_t count, const b3k_job *job, uint64_t counter,
                         uint8_t *values)
{
    if (count > 2)
        return hash_lanes4(input, count, job, counter, values);
    if (count == 2)
        return hash_rows1x2(input, count, job, counter, values);
    return hash_rows1x1(input, count, job, counter, values);
}
