// SPDX-License-Identifier: Apache-2.0
// What the C library lets a program say about its allocator; the Glibc module does not have it.
#pragma once

/// Makes malloc keep what is freed for the next use, and give it back to the system only if it is
/// much. Affects the whole process; does nothing where the C library is another one.
void callocator_keep_freed_memory(void);
