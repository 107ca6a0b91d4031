// SPDX-License-Identifier: Apache-2.0
// Calls of the GNU C library that the module Glibc does not have.
#pragma once

/// Makes malloc keep what is freed for the next use, and give it back to the system only if it is
/// much. The threads share so many arenas. Affects the whole process, if it is called before other
/// threads run; does nothing where the C library is another one.
void cglibc_keep_freed_memory(int arena_count);

/// Gives a file another name in the same folder unless something has that name. Returns 0, or -1
/// with the reason in errno: EEXIST, or EINVAL or ENOSYS where the system cannot do this.
int cglibc_rename_exclusively(int folder, const char *old_name, const char *new_name);
