// SPDX-License-Identifier: Apache-2.0

// ROWS nodes at once, one in each 128-bit part of a vector: vector `i` of the state has words
// 4i to 4i + 3 of all nodes, and one instruction does the same step of four quarter-rounds.
//
// Two nodes take the time of one, that of the chain of 7 rounds, in which each step waits for the one
// before: this is the form for few nodes. Included once for each width, with ROWS defined as 1 or 2;
// defines `hash_rows<ROWS>`, and for 1 also `compress` and `chain`.

#define V B3K_JOIN(rows_vector_, ROWS)
#define GATHER B3K_JOIN(rows_gather_, ROWS)
#define MIX B3K_JOIN(rows_mix_, ROWS)
#define SETUP B3K_JOIN(rows_setup_, ROWS)
#define HASH B3K_JOIN(hash_rows, ROWS)

typedef uint32_t V __attribute__((vector_size(16 * ROWS)));

#if ROWS == 1
#define SHUFFLE B3K_SHUFFLE_1
#else
#define SHUFFLE B3K_SHUFFLE_2
#endif

#define ROTATE(x, n) ((x) >> (n) | (x) << (32 - (n)))

/// Half of all four quarter-rounds. Row 1 is ready last, so it is added last.
#define HALF_G(message, rotate_3, rotate_1)                                                        \
    row[0] += (message);                                                                           \
    row[0] += row[1];                                                                              \
    row[3] = ROTATE(row[3] ^ row[0], rotate_3);                                                    \
    row[2] += row[3];                                                                              \
    row[1] = ROTATE(row[1] ^ row[2], rotate_1);

/// Joins 16 bytes of each node.
B3K_INLINE V GATHER(const uint8_t *const node[ROWS], size_t offset)
{
    b3k_quad part[ROWS];
    V result;
    for (int i = 0; i < ROWS; i++)
        memcpy(&part[i], node[i] + offset, sizeof part[i]);
    memcpy(&result, part, sizeof result);
    return result;
}

/// Mixes the block at `offset` of each node into the state.
B3K_INLINE void MIX(V row[4], const uint8_t *const node[ROWS], size_t offset)
{
    V word0 = GATHER(node, offset);
    V word4 = GATHER(node, offset + 16);
    V word8 = GATHER(node, offset + 32);
    V word12 = GATHER(node, offset + 48);

    // The message in the order in which a round takes it: for the columns (even words, then odd),
    // then for the diagonals, the last of which stands first since row 1 is not turned.
    V even = SHUFFLE(word0, word4, 0, 2, 4, 6);
    V odd = SHUFFLE(word0, word4, 1, 3, 5, 7);
    V turned8 = SHUFFLE(word8, word8, 0, 2, 1, 3);
    V turned12 = SHUFFLE(word12, word12, 2, 0, 3, 1);
    V diagonal_even = SHUFFLE(turned12, turned8, 0, 4, 5, 1);
    V diagonal_odd = SHUFFLE(turned12, turned8, 2, 6, 7, 3);

#pragma clang loop unroll(full)
    for (int round = 0; round < 7; round++) {
        HALF_G(even, 16, 12)
        HALF_G(odd, 8, 7)
        // From columns to diagonals. The chain goes on in row 1, which therefore stays.
        row[0] = SHUFFLE(row[0], row[0], 3, 0, 1, 2);
        row[3] = SHUFFLE(row[3], row[3], 2, 3, 0, 1);
        row[2] = SHUFFLE(row[2], row[2], 1, 2, 3, 0);
        HALF_G(diagonal_even, 16, 12)
        HALF_G(diagonal_odd, 8, 7)
        row[0] = SHUFFLE(row[0], row[0], 1, 2, 3, 0);
        row[3] = SHUFFLE(row[3], row[3], 2, 3, 0, 1);
        row[2] = SHUFFLE(row[2], row[2], 3, 0, 1, 2);

        // The next round's schedule (`B3K_ROUNDS`), in the same order.
        V next_even = SHUFFLE(even, odd, 1, 5, 7, 2);
        V next_odd = SHUFFLE(even, diagonal_even, 3, 6, 0, 0);
        V next_diagonal_even = SHUFFLE(diagonal_odd, odd, 0, 4, 0, 1);
        V next_diagonal_odd = SHUFFLE(diagonal_even, diagonal_odd, 1, 6, 0, 0);
        next_odd = SHUFFLE(next_odd, diagonal_odd, 0, 1, 2, 7);
        next_diagonal_even = SHUFFLE(next_diagonal_even, diagonal_even, 0, 1, 7, 3);
        next_diagonal_odd = SHUFFLE(next_diagonal_odd, odd, 0, 1, 6, 3);
        even = next_even;
        odd = next_odd;
        diagonal_even = next_diagonal_even;
        diagonal_odd = next_diagonal_odd;
    }
}

/// The last two rows before the rounds: constants, then what is particular to a block.
B3K_INLINE void SETUP(V row[4], const V counter, uint32_t length, uint32_t flags)
{
    static const uint32_t iv[8] = B3K_IV;
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < 4; j++)
            row[2][4 * i + j] = iv[j];
        row[3][4 * i] = counter[4 * i];
        row[3][4 * i + 1] = counter[4 * i + 1];
        row[3][4 * i + 2] = length;
        row[3][4 * i + 3] = flags;
    }
}

/// Hashes up to ROWS of `count` nodes; those that are missing repeat the last one.
///
/// See `b3k_functions`.
static size_t HASH(const uint8_t *input, size_t count, const b3k_job *job, uint64_t counter,
                   uint8_t *values)
{
    const uint8_t *node[ROWS];
    uint8_t all[ROWS][32];
    V counters = {0};
    V row[4];
    if (count > ROWS)
        count = ROWS;
    for (size_t i = 0; i < ROWS; i++) {
        uint64_t node_counter = counter + i * job->counter_step;
        node[i] = input + (i < count ? i : count - 1) * job->blocks * B3K_BLOCK_LENGTH;
        counters[4 * i] = (uint32_t)node_counter;
        counters[4 * i + 1] = (uint32_t)(node_counter >> 32);
        for (int j = 0; j < 4; j++) {
            row[0][4 * i + j] = job->key[j];
            row[1][4 * i + j] = job->key[4 + j];
        }
    }
    for (size_t block = 0; block < job->blocks; block++) {
        uint32_t flags = job->flags;
        if (block == 0)
            flags |= job->first_flags;
        if (block == job->blocks - 1)
            flags |= job->last_flags;
        SETUP(row, counters, B3K_BLOCK_LENGTH, flags);
        MIX(row, node, block * B3K_BLOCK_LENGTH);
        row[0] ^= row[2];
        row[1] ^= row[3];
    }
    for (int half = 0; half < 2; half++) {
        b3k_quad part[ROWS];
        memcpy(part, &row[half], sizeof part);
        for (int i = 0; i < ROWS; i++)
            memcpy(all[i] + 16 * half, &part[i], sizeof part[i]);
    }
    memcpy(values, all, 32 * count);
    return count;
}

#if ROWS == 1
/// See `b3k_functions`.
static void compress(const uint32_t value[8], const uint8_t *block, uint32_t length,
                     uint64_t counter, uint32_t flags, uint32_t output[16])
{
    V row[4];
    V high[2];
    memcpy(row, value, 32);
    memcpy(high, value, 32);
    SETUP(row, (V){(uint32_t)counter, (uint32_t)(counter >> 32)}, length, flags);
    MIX(row, &block, 0);
    row[0] ^= row[2];
    row[1] ^= row[3];
    row[2] ^= high[0];
    row[3] ^= high[1];
    memcpy(output, row, sizeof row);
}

/// See `b3k_functions`.
static void chain(uint32_t value[8], const uint8_t *input, size_t blocks, uint64_t counter,
                  uint32_t flags, uint32_t first_flags)
{
    V row[4];
    memcpy(row, value, 32);
    first_flags |= flags;
    for (size_t block = 0; block < blocks; block++) {
        SETUP(row, (V){(uint32_t)counter, (uint32_t)(counter >> 32)}, B3K_BLOCK_LENGTH,
              block == 0 ? first_flags : flags);
        MIX(row, &input, block * B3K_BLOCK_LENGTH);
        row[0] ^= row[2];
        row[1] ^= row[3];
    }
    memcpy(value, row, 32);
}
#endif

#undef HALF_G
#undef ROTATE
#undef SHUFFLE
#undef HASH
#undef SETUP
#undef MIX
#undef GATHER
#undef V
#undef ROWS
