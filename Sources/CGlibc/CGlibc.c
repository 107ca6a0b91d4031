// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CGlibc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

void cglibc_keep_freed_memory(int arena_count, int byte_count) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, byte_count);
    mallopt(M_ARENA_MAX, arena_count);
#else
    (void)arena_count;
    (void)byte_count;
#endif
}

int cglibc_next_content(int file, int64_t offset, int64_t *start, int64_t *end) {
#ifdef SEEK_DATA
    off_t data = lseek(file, offset, SEEK_DATA);
    if (data < 0) return -1;
    off_t hole = lseek(file, data, SEEK_HOLE);
    if (hole < 0) return -1;
#else
    off_t data = offset, hole = lseek(file, 0, SEEK_END);
    if (hole <= offset) return -1;
#endif
    *start = data;
    *end = hole;
    return 0;
}

int cglibc_rename_exclusively(int folder, const char *old_name, const char *new_name) {
#ifdef __GLIBC__
    return renameat2(folder, old_name, folder, new_name, RENAME_NOREPLACE);
#else
    errno = ENOSYS;
    return -1;
#endif
}
