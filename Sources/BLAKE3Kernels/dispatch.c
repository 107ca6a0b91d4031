// SPDX-License-Identifier: Apache-2.0

// From the name of a kernel to its code. Which kernel to use is the caller's choice.

#include "kernel.h"

bool b3k_is_supported(b3k_kernel kernel)
{
    switch (kernel) {
    case B3K_PORTABLE:
        return true;
#if defined(__x86_64__)
    case B3K_SSE2:
        return true; // a part of the base architecture
    case B3K_SSE41:
        return __builtin_cpu_supports("sse4.1");
    case B3K_AVX2:
        return __builtin_cpu_supports("avx2");
    case B3K_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
#elif defined(__aarch64__)
    case B3K_NEON:
        return true; // a part of the base architecture
#endif
    default:
        return false;
    }
}

static inline const b3k_functions *functions(b3k_kernel kernel)
{
    switch (kernel) {
#if defined(__x86_64__)
    case B3K_SSE2:
        return &b3k_sse2;
    case B3K_SSE41:
        return &b3k_sse41;
    case B3K_AVX2:
        return &b3k_avx2;
    case B3K_AVX512:
        return &b3k_avx512;
#elif defined(__aarch64__)
    case B3K_NEON:
        return &b3k_neon;
#endif
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
    uint8_t padded[B3K_BLOCK_LENGTH];
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
        memset(padded, 0, sizeof padded);
        if (rest > 0)
            memcpy(padded, last, rest);
        last = padded;
    }
    code->compress(words, last, (uint32_t)rest, counter, last_flags, output);
    memcpy(value, output, sizeof words);
}

static void hash_nodes(const b3k_functions *code, const uint8_t *input, size_t count,
                       const b3k_job *job, uint64_t counter, uint8_t *values)
{
    while (count > 0) {
        size_t done = code->hash_nodes(input, count, job, counter, values);
        input += done * job->blocks * B3K_BLOCK_LENGTH;
        counter += done * job->counter_step;
        values += done * B3K_KEY_LENGTH;
        count -= done;
    }
}

void b3k_hash_chunks(b3k_kernel kernel, const void *input, size_t count, size_t following,
                     const void *key, uint64_t counter, uint32_t flags, void *values)
{
    b3k_job job = {
        .blocks = B3K_CHUNK_LENGTH / B3K_BLOCK_LENGTH,
        .counter_step = 1,
        .flags = flags,
        .first_flags = B3K_CHUNK_START,
        .last_flags = B3K_CHUNK_END,
        .end = (const uint8_t *)input + count * B3K_CHUNK_LENGTH + following,
    };
    memcpy(job.key, key, sizeof job.key);
    hash_nodes(functions(kernel), input, count, &job, counter, values);
}

void b3k_hash_parents(b3k_kernel kernel, const void *pairs, size_t count, const void *key,
                      uint32_t flags, void *values)
{
    b3k_job job = {
        .blocks = 1,
        .flags = flags | B3K_PARENT,
        .end = (const uint8_t *)pairs + count * B3K_BLOCK_LENGTH,
    };
    memcpy(job.key, key, sizeof job.key);
    hash_nodes(functions(kernel), pairs, count, &job, 0, values);
}
