// SPDX-License-Identifier: Apache-2.0

// Compares the NEON kernel with the portable one, which Swift's tests check on any machine.
// See test-neon.sh.

#include "BLAKE3Kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NODES = 40 };

static const uint64_t counters[] = {0, 1, 0xFFFFFFFE, 0xFFFFFFFFFF, UINT64_MAX - MAX_NODES};
static const uint32_t modes[] = {0, B3K_KEYED_HASH, B3K_DERIVE_KEY_MATERIAL};

static uint8_t input[MAX_NODES * B3K_CHUNK_LENGTH];
static uint8_t expected[MAX_NODES * B3K_KEY_LENGTH];
static uint8_t actual[MAX_NODES * B3K_KEY_LENGTH];
static const uint8_t *const key = input + 100;
static int passed;
static int failed;

static void compare(size_t length, const char *what, size_t count, uint64_t counter)
{
    if (memcmp(expected, actual, length) == 0) {
        passed++;
        return;
    }
    failed++;
    printf("%s differs: count %zu, counter %llu\n", what, count, (unsigned long long)counter);
}

static void check_nodes(size_t count, uint64_t counter, uint32_t flags)
{
    size_t length = count * B3K_KEY_LENGTH;
    b3k_hash_chunks(B3K_PORTABLE, input, count, 0, key, counter, flags, expected);
    b3k_hash_chunks(B3K_NEON, input, count, 0, key, counter, flags, actual);
    compare(length, "chunks", count, counter);
    b3k_hash_parents(B3K_PORTABLE, input, count, key, flags, expected);
    b3k_hash_parents(B3K_NEON, input, count, key, flags, actual);
    compare(length, "parents", count, counter);
    // The same in place.
    memcpy(actual, input, length);
    b3k_hash_parents(B3K_PORTABLE, input, count / 2, key, flags, expected);
    b3k_hash_parents(B3K_NEON, actual, count / 2, key, flags, actual);
    compare(count / 2 * B3K_KEY_LENGTH, "parents in place", count / 2, counter);
}

static void check_chunk(size_t length, uint64_t counter, uint32_t flags)
{
    b3k_hash_chunk(B3K_PORTABLE, input, length, key, counter, flags, B3K_ROOT, expected);
    b3k_hash_chunk(B3K_NEON, input, length, key, counter, flags, B3K_ROOT, actual);
    compare(B3K_KEY_LENGTH, "chunk", length, counter);
    uint32_t block_length = (uint32_t)(length % (B3K_BLOCK_LENGTH + 1));
    b3k_compress(B3K_PORTABLE, key, input, block_length, counter, flags, expected);
    b3k_compress(B3K_NEON, key, input, block_length, counter, flags, actual);
    compare(2 * B3K_KEY_LENGTH, "block", block_length, counter);
}

int main(void)
{
    if (!b3k_is_supported(B3K_NEON)) {
        puts("this build has no NEON kernel");
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < sizeof input; i++)
        input[i] = (uint8_t)(i % 251);
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        for (size_t j = 0; j < sizeof modes / sizeof *modes; j++) {
            for (size_t count = 1; count <= MAX_NODES; count++)
                check_nodes(count, counters[i], modes[j]);
            for (size_t length = 0; length <= B3K_CHUNK_LENGTH; length++)
                check_chunk(length, counters[i], modes[j]);
        }
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
