// SPDX-License-Identifier: Apache-2.0
// Calls of the GNU C library that the module Glibc does not have.
#pragma once

#include <stdint.h>

/// Makes malloc keep what is freed for the next use, and give it back to the system only if it is
/// more than so many bytes. The threads share so many arenas. Affects the whole process, if it is
/// called before other threads run; does nothing where the C library is another one.
void cglibc_keep_freed_memory(int arena_count, int byte_count);

/// Finds the first bytes of a file, from an offset on, that are not a hole, as far as the file system
/// knows. Returns 0, or -1 if there are none. Moves the position of the descriptor.
int cglibc_next_content(int file, int64_t offset, int64_t *start, int64_t *end);

/// Gives a file another name in the same folder unless something has that name. Returns 0, or -1
/// with the reason in errno: EEXIST, or EINVAL or ENOSYS where the system cannot do this.
int cglibc_rename_exclusively(int folder, const char *old_name, const char *new_name);
