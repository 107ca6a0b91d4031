// SPDX-License-Identifier: Apache-2.0

// From the name of a kernel to its code. Which kernel to use is the caller's choice.

#include "kernel.h"

bool b3k_is_supported(b3k_kernel kernel)
{
    switch (kernel) {
    case B3K_PORTABLE:
        return true;
    default:
        return false;
    }
}

static inline const b3k_functions *functions(b3k_kernel kernel)
{
    switch (kernel) {
    default:
        return &b3k_portable;
    }
}

void b3k_compress(b3k_kernel kernel, const void *value, const void *block, uint32_t length,
                  uint64_t counter, uint32_t flags, void *output)
{
    uint32_t words[8];
    uint32_t result[16];
    memcpy(words, value, sizeof words);
    functions(kernel)->compress(words, block, length, counter, flags, result);
    memcpy(output, result, sizeof result);
}

void b3k_hash_chunk(b3k_kernel kernel, const void *input, size_t length, const void *key,
                    uint64_t counter, uint32_t flags, uint32_t last_flags, void *value)
{
    const b3k_functions *code = functions(kernel);
    // The last block is compressed apart, whole or not; an empty chunk has one empty block.
    size_t before_last = length == 0 ? 0 : (length - 1) / B3K_BLOCK_LENGTH;
    size_t rest = length - before_last * B3K_BLOCK_LENGTH;
    const uint8_t *last = input;
    uint8_t padded[B3K_BLOCK_LENGTH] = {0};
    uint32_t words[8];
    uint32_t output[16];
    memcpy(words, key, sizeof words);
    last_flags |= flags | B3K_CHUNK_END;
    if (before_last == 0) {
        last_flags |= B3K_CHUNK_START;
    } else {
        code->chain(words, last, before_last, counter, flags, B3K_CHUNK_START);
        last += before_last * B3K_BLOCK_LENGTH;
    }
    if (rest < B3K_BLOCK_LENGTH) {
        if (rest > 0)
            memcpy(padded, last, rest);
        last = padded;
    }
    code->compress(words, last, (uint32_t)rest, counter, last_flags, output);
    memcpy(value, output, sizeof words);
}

void b3k_hash_chunks(b3k_kernel kernel, const void *input, size_t count, const void *key,
                     uint64_t counter, uint32_t flags, void *values)
{
    b3k_job job = {
        .blocks = B3K_CHUNK_LENGTH / B3K_BLOCK_LENGTH,
        .counter = counter,
        .counter_step = 1,
        .flags = flags,
        .first_flags = B3K_CHUNK_START,
        .last_flags = B3K_CHUNK_END,
    };
    memcpy(job.key, key, sizeof job.key);
    functions(kernel)->hash_nodes(input, count, &job, values);
}

void b3k_hash_parents(b3k_kernel kernel, const void *pairs, size_t count, const void *key,
                      uint32_t flags, void *values)
{
    b3k_job job = {.blocks = 1, .flags = flags | B3K_PARENT};
    memcpy(job.key, key, sizeof job.key);
    functions(kernel)->hash_nodes(pairs, count, &job, values);
}
