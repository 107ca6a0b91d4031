// SPDX-License-Identifier: Apache-2.0

// LANES nodes at once, one in each lane of a vector: vector `i` of the state has word `i` of all
// nodes. This is the fastest form where there are enough nodes.
//
// Included once for each width, with LANES defined as 4, 8 or 16; defines `hash_lanes<LANES>`.

#define V B3K_JOIN(lanes_vector_, LANES)
#define TRANSPOSE B3K_JOIN(lanes_transpose_, LANES)
#define GATHER B3K_JOIN(lanes_gather_, LANES)
#define LOAD B3K_JOIN(lanes_load_, LANES)
#define STORE B3K_JOIN(lanes_store_, LANES)
#define HALF_G B3K_JOIN(lanes_half_g_, LANES)
#define HASH B3K_JOIN(hash_lanes, LANES)

typedef uint32_t V __attribute__((vector_size(4 * LANES)));

/// Shuffles as `__builtin_shufflevector` of two vectors of four words does, in all 128-bit parts.
#if LANES == 4
#define SHUFFLE B3K_SHUFFLE_1
#elif LANES == 8
#define SHUFFLE B3K_SHUFFLE_2
#else
#define SHUFFLE B3K_SHUFFLE_4
#endif

/// Transposes the matrix of 4 by 4 words in each 128-bit part.
B3K_INLINE void TRANSPOSE(V row[4])
{
    V low01 = SHUFFLE(row[0], row[1], 0, 4, 1, 5);
    V high01 = SHUFFLE(row[0], row[1], 2, 6, 3, 7);
    V low23 = SHUFFLE(row[2], row[3], 0, 4, 1, 5);
    V high23 = SHUFFLE(row[2], row[3], 2, 6, 3, 7);
    row[0] = SHUFFLE(low01, low23, 0, 1, 4, 5);
    row[1] = SHUFFLE(low01, low23, 2, 3, 6, 7);
    row[2] = SHUFFLE(high01, high23, 0, 1, 4, 5);
    row[3] = SHUFFLE(high01, high23, 2, 3, 6, 7);
}

/// Joins 16 bytes of every fourth node.
B3K_INLINE V GATHER(const uint8_t *const *node, size_t offset)
{
    b3k_quad part[LANES / 4];
    V result;
    for (int i = 0; i < LANES / 4; i++)
        memcpy(&part[i], node[4 * i] + offset, sizeof part[i]);
    memcpy(&result, part, sizeof result);
    return result;
}

/// Reads a block of each node.
B3K_INLINE void LOAD(V message[16], const uint8_t *const node[LANES], size_t offset)
{
    for (int quad = 0; quad < 4; quad++) {
        for (int i = 0; i < 4; i++)
            message[4 * quad + i] = GATHER(node + i, offset + 16 * quad);
        TRANSPOSE(message + 4 * quad);
    }
}

/// Writes the values of the first `count` nodes.
B3K_INLINE void STORE(V value[8], size_t count, uint8_t *values)
{
    uint8_t all[LANES * 32];
    uint8_t *target = count < LANES ? all : values;
    for (int half = 0; half < 2; half++) {
        TRANSPOSE(value + 4 * half);
        for (int i = 0; i < 4; i++) {
            b3k_quad part[LANES / 4];
            memcpy(part, &value[4 * half + i], sizeof part);
            for (int j = 0; j < LANES / 4; j++)
                memcpy(target + 32 * (4 * j + i) + 16 * half, &part[j], sizeof part[j]);
        }
    }
    if (count < LANES)
        memcpy(values, all, 32 * count);
}

#define ROTATE(x, n) ((x) >> (n) | (x) << (32 - (n)))

/// Half of the quarter-round, of four columns side by side or, with `turn` 1, of four diagonals.
B3K_INLINE void HALF_G(V v[16], int turn, V m0, V m1, V m2, V m3, int rotate_d, int rotate_b)
{
    V *a = v;
    V *b = v + 4;
    V *c = v + 8;
    V *d = v + 12;
    a[0] += m0, a[1] += m1, a[2] += m2, a[3] += m3;
    for (int i = 0; i < 4; i++)
        a[i] += b[(i + turn) % 4];
    for (int i = 0; i < 4; i++)
        d[(i + 3 * turn) % 4] ^= a[i];
    for (int i = 0; i < 4; i++)
        d[i] = ROTATE(d[i], rotate_d);
    for (int i = 0; i < 4; i++)
        c[(i + 2 * turn) % 4] += d[(i + 3 * turn) % 4];
    for (int i = 0; i < 4; i++)
        b[(i + turn) % 4] ^= c[(i + 2 * turn) % 4];
    for (int i = 0; i < 4; i++)
        b[i] = ROTATE(b[i], rotate_b);
}

/// One round, and a seventh of the next input on its way into the cache.
#define ROUND(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15)                \
    for (; line < (round + 1) * LANES / 7; line++)                                                 \
        __builtin_prefetch(ahead + line * ahead_stride, 0, 3);                                     \
    round++;                                                                                       \
    HALF_G(v, 0, m[m0], m[m2], m[m4], m[m6], 16, 12);                                              \
    HALF_G(v, 0, m[m1], m[m3], m[m5], m[m7], 8, 7);                                                \
    HALF_G(v, 1, m[m8], m[m10], m[m12], m[m14], 16, 12);                                           \
    HALF_G(v, 1, m[m9], m[m11], m[m13], m[m15], 8, 7);

/// Hashes up to LANES of `count` nodes; those that are missing repeat the last one.
///
/// See `b3k_functions`.
static size_t HASH(const uint8_t *input, size_t count, const b3k_job *job, uint64_t counter,
                   uint8_t *values)
{
    static const uint32_t iv[8] = B3K_IV;
    size_t length = job->blocks * B3K_BLOCK_LENGTH;
    // A core is kept busy with input from main memory by fetching early, from one end to the other,
    // what the next call reads. A last call fetches its own input, four blocks of each node ahead.
    bool is_last = (size_t)(job->end - input) < 2 * LANES * length;
    const uint8_t *ahead = input + (is_last ? 4 * B3K_BLOCK_LENGTH : LANES * length);
    size_t ahead_stride = is_last ? length : B3K_BLOCK_LENGTH;
    size_t ahead_step = is_last ? B3K_BLOCK_LENGTH : LANES * B3K_BLOCK_LENGTH;
    const uint8_t *node[LANES];
    V value[8];
    V lane;
    if (count > LANES)
        count = LANES;
    for (size_t i = 0; i < LANES; i++) {
        node[i] = input + (i < count ? i : count - 1) * length;
        lane[i] = (uint32_t)i;
    }
    for (int i = 0; i < 8; i++)
        value[i] = B3K_ALL(job->key[i]);
    V counter_low = B3K_ALL((uint32_t)counter) + lane * (uint32_t)job->counter_step;
    // Where the low word ran over, the comparison gives all ones, which is -1.
    V counter_high = B3K_ALL((uint32_t)(counter >> 32)) - (V)(counter_low < (uint32_t)counter);

    for (size_t block = 0; block < job->blocks; block++) {
        uint32_t flags = job->flags;
        int round = 0;
        int line = 0;
        V m[16];
        V v[16];
        if (block == 0)
            flags |= job->first_flags;
        if (block == job->blocks - 1)
            flags |= job->last_flags;
        LOAD(m, node, block * B3K_BLOCK_LENGTH);
        for (int i = 0; i < 8; i++)
            v[i] = value[i];
        for (int i = 0; i < 4; i++)
            v[8 + i] = B3K_ALL(iv[i]);
        v[12] = counter_low;
        v[13] = counter_high;
        v[14] = B3K_ALL(B3K_BLOCK_LENGTH);
        v[15] = B3K_ALL(flags);
        B3K_ROUNDS(ROUND)
        for (int i = 0; i < 8; i++)
            value[i] = v[i] ^ v[i + 8];
        ahead += ahead_step;
    }
    STORE(value, count, values);
    return count;
}

#undef ROUND
#undef ROTATE
#undef SHUFFLE
#undef HASH
#undef HALF_G
#undef STORE
#undef LOAD
#undef GATHER
#undef TRANSPOSE
#undef V
#undef LANES
