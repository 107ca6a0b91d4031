// SPDX-License-Identifier: Apache-2.0

/// The compression function of BLAKE3, for one node of the tree and for many at once.
///
/// Nothing here knows the shape of a tree, allocates memory or keeps state: callers pass
/// positions, flags and buffers. All integers in memory are little-endian.

#ifndef BLAKE3_KERNELS_H
#define BLAKE3_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the kernels read message words in the byte order of the machine, which must be little-endian"
#endif

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

enum {
    B3K_KEY_LENGTH = 32,
    B3K_BLOCK_LENGTH = 64,
    B3K_CHUNK_LENGTH = 1024,
};

/// Domain separation flags (BLAKE3 paper, table 3).
enum {
    B3K_CHUNK_START = 1 << 0,
    B3K_CHUNK_END = 1 << 1,
    B3K_PARENT = 1 << 2,
    B3K_ROOT = 1 << 3,
    B3K_KEYED_HASH = 1 << 4,
    B3K_DERIVE_KEY_CONTEXT = 1 << 5,
    B3K_DERIVE_KEY_MATERIAL = 1 << 6,
};

/// The sets of instructions for which there is code, slowest first.
///
/// Every build has the same list; `b3k_is_supported` says which of them can run.
typedef enum {
    B3K_PORTABLE,
    B3K_NEON,
    B3K_SSE2,
    B3K_SSE41,
    B3K_AVX2,
    B3K_AVX512,
} b3k_kernel;

/// Returns whether this build has code for `kernel` and this processor can run it.
bool b3k_is_supported(b3k_kernel kernel);

/// Compresses one block and writes all 64 bytes of output (paper, section 2.2).
///
/// The first 32 bytes are the chaining value; the rest matters at the root only.
void b3k_compress(b3k_kernel kernel, const void *value, const void *block, uint32_t length,
                  uint64_t counter, uint32_t flags, void *output);

/// Hashes one chunk of 0 to 1024 bytes; `flags` are added to those of every block.
///
/// `last_flags` are added to those of the last block, for `B3K_ROOT`. Without bytes `input` may be
/// null.
void b3k_hash_chunk(b3k_kernel kernel, const void *_Nullable input, size_t length, const void *key,
                    uint64_t counter, uint32_t flags, uint32_t last_flags, void *value);

/// Hashes `count` consecutive chunks of 1024 bytes each and writes 32 bytes for each.
///
/// `following` is how many bytes after these the caller hashes next: wide kernels fetch them early.
void b3k_hash_chunks(b3k_kernel kernel, const void *input, size_t count, size_t following,
                     const void *key, uint64_t counter, uint32_t flags, void *values);

/// Hashes `count` consecutive pairs of chaining values (64 bytes) and writes 32 bytes for each.
///
/// `values` may be `pairs`: results are written from the front, after their pairs were read.
void b3k_hash_parents(b3k_kernel kernel, const void *pairs, size_t count, const void *key,
                      uint32_t flags, void *values);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
