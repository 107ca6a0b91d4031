// SPDX-License-Identifier: Apache-2.0

// A node in 128-bit parts: row `i` of the state has words 4i to 4i + 3, and one instruction does the
// same step of four quarter-rounds. A vector has the rows of ROWS nodes, one in each part, and
// STREAMS such vectors are worked on in turn.
//
// This is the form for few nodes. Each step of the 7 rounds waits for the one before, so that one
// node leaves most of the processor idle, and four nodes take little longer.
//
// Included once for each shape, with ROWS and STREAMS defined as 1 or 2; defines
// `hash_rows<ROWS>x<STREAMS>`, and for one node also `compress` and `chain`.

#define NAME(name) B3K_JOIN(name##_rows, B3K_JOIN(ROWS, B3K_JOIN(x, STREAMS)))
#define V NAME(vector)
#define GATHER NAME(gather)
#define SETUP NAME(setup)
#define HALF_G NAME(half_g)
#define MIX NAME(mix)
#define HASH NAME(hash)
#define NODES (ROWS * STREAMS)
#define EACH(s) for (int s = 0; s < STREAMS; s++)

typedef uint32_t V __attribute__((vector_size(16 * ROWS)));

#if ROWS == 1
#define SHUFFLE B3K_SHUFFLE_1
#else
#define SHUFFLE B3K_SHUFFLE_2
#endif

#define ROTATE(x, n) ((x) >> (n) | (x) << (32 - (n)))

/// Half of all four quarter-rounds. Row 1 is ready last, so it is added last.
B3K_INLINE void HALF_G(V row[STREAMS][4], const V message[STREAMS], int rotate_3, int rotate_1)
{
    EACH(s) row[s][0] += message[s];
    EACH(s) row[s][0] += row[s][1];
    EACH(s) row[s][3] ^= row[s][0];
    EACH(s) row[s][3] = ROTATE(row[s][3], rotate_3);
    EACH(s) row[s][2] += row[s][3];
    EACH(s) row[s][1] ^= row[s][2];
    EACH(s) row[s][1] = ROTATE(row[s][1], rotate_1);
}

/// Turns the rows so that diagonals become columns or the reverse. Row 1 stays, since it is the one
/// that the next step waits for.
#define TURN(i, j, k, l, m, n, o, p)                                                               \
    EACH(s) row[s][0] = SHUFFLE(row[s][0], row[s][0], i, j, k, l);                                 \
    EACH(s) row[s][3] = SHUFFLE(row[s][3], row[s][3], 2, 3, 0, 1);                                 \
    EACH(s) row[s][2] = SHUFFLE(row[s][2], row[s][2], m, n, o, p);

/// Joins 16 bytes of each node of a stream.
B3K_INLINE V GATHER(const uint8_t *const *node, size_t offset)
{
    b3k_quad part[ROWS];
    V result;
    for (int i = 0; i < ROWS; i++)
        memcpy(&part[i], node[i] + offset, sizeof part[i]);
    memcpy(&result, part, sizeof result);
    return result;
}

/// Mixes the block at `offset` of each node into the state.
B3K_INLINE void MIX(V row[STREAMS][4], const uint8_t *const node[NODES], size_t offset)
{
    // The message in the order in which a round takes it: for the columns (even words, then odd),
    // then for the diagonals, the last of which stands first since row 1 is not turned.
    V even[STREAMS];
    V odd[STREAMS];
    V even_turned[STREAMS];
    V odd_turned[STREAMS];
    EACH (s) {
        V word0 = GATHER(node + s * ROWS, offset);
        V word4 = GATHER(node + s * ROWS, offset + 16);
        V word8 = GATHER(node + s * ROWS, offset + 32);
        V word12 = GATHER(node + s * ROWS, offset + 48);
        even[s] = SHUFFLE(word0, word4, 0, 2, 4, 6);
        odd[s] = SHUFFLE(word0, word4, 1, 3, 5, 7);
        word8 = SHUFFLE(word8, word8, 0, 2, 1, 3);
        word12 = SHUFFLE(word12, word12, 2, 0, 3, 1);
        even_turned[s] = SHUFFLE(word12, word8, 0, 4, 5, 1);
        odd_turned[s] = SHUFFLE(word12, word8, 2, 6, 7, 3);
    }
#pragma clang loop unroll(full)
    for (int round = 0; round < 7; round++) {
        HALF_G(row, even, 16, 12);
        HALF_G(row, odd, 8, 7);
        TURN(3, 0, 1, 2, 1, 2, 3, 0)
        HALF_G(row, even_turned, 16, 12);
        HALF_G(row, odd_turned, 8, 7);
        TURN(1, 2, 3, 0, 3, 0, 1, 2)
        // The next round's schedule (`B3K_ROUNDS`), in the same order.
        EACH (s) {
            V a = SHUFFLE(even[s], odd[s], 1, 5, 7, 2);
            V b = SHUFFLE(even[s], even_turned[s], 3, 6, 0, 0);
            V c = SHUFFLE(odd_turned[s], odd[s], 0, 4, 0, 1);
            V d = SHUFFLE(even_turned[s], odd_turned[s], 1, 6, 0, 0);
            b = SHUFFLE(b, odd_turned[s], 0, 1, 2, 7);
            c = SHUFFLE(c, even_turned[s], 0, 1, 7, 3);
            d = SHUFFLE(d, odd[s], 0, 1, 6, 3);
            even[s] = a;
            odd[s] = b;
            even_turned[s] = c;
            odd_turned[s] = d;
        }
    }
    EACH (s) {
        row[s][0] ^= row[s][2];
        row[s][1] ^= row[s][3];
    }
}

/// Sets the last two rows: constants, then what is particular to a block.
B3K_INLINE void SETUP(V row[STREAMS][4], const uint64_t counter[NODES], uint32_t length,
                      uint32_t flags)
{
    static const uint32_t iv[8] = B3K_IV;
    for (int i = 0; i < NODES; i++) {
        b3k_quad row2;
        b3k_quad row3 = {(uint32_t)counter[i], (uint32_t)(counter[i] >> 32), length, flags};
        memcpy(&row2, iv, sizeof row2);
        memcpy((b3k_quad *)&row[i / ROWS][2] + i % ROWS, &row2, sizeof row2);
        memcpy((b3k_quad *)&row[i / ROWS][3] + i % ROWS, &row3, sizeof row3);
    }
}

/// Hashes up to NODES of `count` nodes; those that are missing repeat the last one.
///
/// See `b3k_functions`.
static size_t HASH(const uint8_t *input, size_t count, const b3k_job *job, uint64_t counter,
                   uint8_t *values)
{
    const uint8_t *node[NODES];
    uint64_t counters[NODES];
    uint8_t all[NODES * 32];
    uint8_t *target = count < NODES ? all : values;
    V row[STREAMS][4];
    if (count > NODES)
        count = NODES;
    for (size_t i = 0; i < NODES; i++) {
        node[i] = input + (i < count ? i : count - 1) * job->blocks * B3K_BLOCK_LENGTH;
        counters[i] = counter + i * job->counter_step;
        for (int j = 0; j < 2; j++)
            memcpy((b3k_quad *)&row[i / ROWS][j] + i % ROWS, job->key + 4 * j, sizeof(b3k_quad));
    }
    for (size_t block = 0; block < job->blocks; block++) {
        uint32_t flags = job->flags;
        if (block == 0)
            flags |= job->first_flags;
        if (block == job->blocks - 1)
            flags |= job->last_flags;
        SETUP(row, counters, B3K_BLOCK_LENGTH, flags);
        MIX(row, node, block * B3K_BLOCK_LENGTH);
    }
    for (int i = 0; i < NODES; i++)
        for (int j = 0; j < 2; j++)
            memcpy(target + 32 * i + 16 * j, (b3k_quad *)&row[i / ROWS][j] + i % ROWS,
                   sizeof(b3k_quad));
    if (count < NODES)
        memcpy(values, all, 32 * count);
    return count;
}

#if ROWS * STREAMS == 1
/// See `b3k_functions`.
static void compress(const uint32_t value[8], const uint8_t *block, uint32_t length,
                     uint64_t counter, uint32_t flags, uint32_t output[16])
{
    V row[1][4];
    V high[2];
    memcpy(row, value, 32);
    memcpy(high, value, 32);
    SETUP(row, &counter, length, flags);
    MIX(row, &block, 0);
    row[0][2] ^= high[0];
    row[0][3] ^= high[1];
    memcpy(output, row, sizeof row);
}

/// See `b3k_functions`.
static void chain(uint32_t value[8], const uint8_t *input, size_t blocks, uint64_t counter,
                  uint32_t flags, uint32_t first_flags)
{
    V row[1][4];
    memcpy(row, value, 32);
    first_flags |= flags;
    for (size_t block = 0; block < blocks; block++) {
        SETUP(row, &counter, B3K_BLOCK_LENGTH, block == 0 ? first_flags : flags);
        MIX(row, &input, block * B3K_BLOCK_LENGTH);
    }
    memcpy(value, row, 32);
}
#endif

#undef TURN
#undef ROTATE
#undef SHUFFLE
#undef EACH
#undef NODES
#undef HASH
#undef MIX
#undef HALF_G
#undef SETUP
#undef GATHER
#undef V
#undef NAME
#undef STREAMS
#undef ROWS
