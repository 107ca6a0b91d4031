# SPDX-License-Identifier: Apache-2.0
"""BLAKE3's hash tree, written from its specification to be read, not to be fast.

It shares no code with what it judges. A chaining value is the 32 bytes that stand for a subtree.
"""

import struct

CHUNK_SIZE = 1024
BLOCK_SIZE = 64

_START = (
    0x6A09E667,
    0xBB67AE85,
    0x3C6EF372,
    0xA54FF53A,
    0x510E527F,
    0x9B05688C,
    0x1F83D9AB,
    0x5BE0CD19,
)
_PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
_QUARTERS = (
    (0, 4, 8, 12),
    (1, 5, 9, 13),
    (2, 6, 10, 14),
    (3, 7, 11, 15),
    (0, 5, 10, 15),
    (1, 6, 11, 12),
    (2, 7, 8, 13),
    (3, 4, 9, 14),
)
_CHUNK_START, _CHUNK_END, _PARENT, _ROOT = 1, 2, 4, 8
_MASK = 0xFFFFFFFF


def chunk_value(chunk, index, is_root=False):
    """The chaining value of the chunk with a number; of a whole blob of one chunk, the digest."""
    blocks = [chunk[i : i + BLOCK_SIZE] for i in range(0, len(chunk), BLOCK_SIZE)] or [b""]
    state = _START
    for number, block in enumerate(blocks):
        is_last = number == len(blocks) - 1
        flags = _CHUNK_START if number == 0 else 0
        flags |= _CHUNK_END if is_last else 0
        flags |= _ROOT if is_last and is_root else 0
        state = _compress(state, block, index, flags)
    return struct.pack("<8I", *state)


def parent_value(left, right, is_root=False):
    """The chaining value of a node from those of its children."""
    flags = _PARENT | (_ROOT if is_root else 0)
    return struct.pack("<8I", *_compress(_START, left + right, 0, flags))


def subtree_value(content, first_chunk=0, is_root=False):
    """The chaining value of content that begins at a chunk; the digest, if that is the whole."""
    if len(content) <= CHUNK_SIZE:
        return chunk_value(content, first_chunk, is_root)
    count = left_count(-(-len(content) // CHUNK_SIZE))
    left = subtree_value(content[: count * CHUNK_SIZE], first_chunk)
    right = subtree_value(content[count * CHUNK_SIZE :], first_chunk + count)
    return parent_value(left, right, is_root)


def fold(values, is_root=False):
    """The chaining value above those of a row of subtrees."""
    if len(values) == 1:
        return values[0]
    count = left_count(len(values))
    return parent_value(fold(values[:count]), fold(values[count:]), is_root)


def left_count(count):
    """How many of several leaves are on the left: the largest power of two that leaves some."""
    return 1 << (count - 1).bit_length() - 1


def _compress(state, block, counter, flags):
    words = struct.unpack("<16I", block.ljust(BLOCK_SIZE, b"\0"))
    v = [*state, *_START[:4], counter & _MASK, counter >> 32, len(block), flags]
    for number in range(7):
        if number > 0:
            words = [words[i] for i in _PERMUTATION]
        for i, (a, b, c, d) in enumerate(_QUARTERS):
            _mix(v, a, b, c, d, words[2 * i], words[2 * i + 1])
    return tuple(v[i] ^ v[i + 8] for i in range(8))


def _mix(v, a, b, c, d, x, y):
    for word, turn_d, turn_b in ((x, 16, 12), (y, 8, 7)):
        v[a] = v[a] + v[b] + word & _MASK
        v[d] = _turned(v[d] ^ v[a], turn_d)
        v[c] = v[c] + v[d] & _MASK
        v[b] = _turned(v[b] ^ v[c], turn_b)


def _turned(word, count):
    return word >> count | word << 32 - count & _MASK
