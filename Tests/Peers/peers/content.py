# SPDX-License-Identifier: Apache-2.0
"""Content for tests, the same in each run."""

import random

from blake3 import blake3

EMPTY_DIGEST = blake3(b"").digest()

#: Large enough that every store cuts it into several chunks.
SPLIT_SIZE = 3 << 20


def noise(seed, size):
    """Bytes that nothing compresses, and that no other seed has."""
    return random.Random(f"{seed}").randbytes(size)


def digest_of(content):
    return blake3(content).digest()


def frames(content, size):
    """Cuts content into pieces of one size."""
    return [content[start : start + size] for start in range(0, len(content), size)]
