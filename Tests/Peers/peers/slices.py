# SPDX-License-Identifier: Apache-2.0
"""Slices: parts of a blob among hashes that prove them, as bao-tree sends them or with fewer."""

import functools
import struct

from peers.blake3_tree import CHUNK_SIZE, left_count, parent_value, subtree_value

VALUE_SIZE = 32


def decode(slice_bytes, digest, ranges, shift, form):
    """Returns the size that a slice claims and its content by offset, all of it checked.

    `ranges` are pairs of chunk numbers, half open; an end of `None` is the end of the blob. `form`
    is "parents" or "siblings". What is wrong raises `ValueError`.
    """
    reader = _Reader(slice_bytes)
    (size,) = struct.unpack("<Q", reader.take(8))
    decoder = _Decoder(reader, size, ranges, shift)
    chunk_count = max(1, -(-size // CHUNK_SIZE))
    if form == "parents":
        decoder.visit_with_parents(0, chunk_count, digest, is_root=True)
    elif decoder.visit_with_siblings(0, chunk_count, is_root=True) != digest:
        raise ValueError("the slice does not lead to the digest")
    reader.finish()
    return size, decoder.content


def encode(content, ranges, shift, form):
    """Makes a slice: the counterpart of `decode`."""
    encoder = _Encoder(content, ranges, shift, form)
    encoder.visit(0, max(1, -(-len(content) // CHUNK_SIZE)))
    return struct.pack("<Q", len(content)) + b"".join(encoder.items)


class _Encoder:
    def __init__(self, content, ranges, shift, form):
        self.items = []
        self._content = content
        self._shift = shift
        self._form = form
        self._selected = _Selection(ranges, max(1, -(-len(content) // CHUNK_SIZE)))

    def visit(self, first, count):
        if not self._selected.touches(first, count):
            return
        if self._selected.is_leaf(first, count, self._shift):
            self.items.append(_part(self._content, first, count))
            return
        middle = left_count(count)
        left, right = (first, middle), (first + middle, count - middle)
        if self._form == "parents":
            sent = [left, right]
        else:
            sent = [right] if self._selected.touches(*left) else [left]
        self.items += [_value(self._content, *node) for node in sent]
        self.visit(*left)
        self.visit(*right)


@functools.cache
def _value(content, first, count):
    return subtree_value(_part(content, first, count), first)


def _part(content, first, count):
    return content[first * CHUNK_SIZE : (first + count) * CHUNK_SIZE]


class _Decoder:
    def __init__(self, reader, size, ranges, shift):
        self.content = {}
        self._reader = reader
        self._size = size
        self._shift = shift
        self._selected = _Selection(ranges, max(1, -(-size // CHUNK_SIZE)))

    def visit_with_parents(self, first, count, expected, is_root=False):
        """Checks from the digest down: each value before what is below it is looked at."""
        if not self._selected.touches(first, count):
            return
        if self._selected.is_leaf(first, count, self._shift):
            _require(self._leaf(first, count, is_root) == expected, f"chunk {first}")
            return
        left, right = self._reader.take(VALUE_SIZE), self._reader.take(VALUE_SIZE)
        _require(parent_value(left, right, is_root) == expected, f"the node over {first}")
        middle = left_count(count)
        self.visit_with_parents(first, middle, left)
        self.visit_with_parents(first + middle, count - middle, right)

    def visit_with_siblings(self, first, count, is_root=False):
        """Computes the value of a node from below; the caller knows what it must be."""
        if self._selected.is_leaf(first, count, self._shift):
            return self._leaf(first, count, is_root)
        sibling = self._reader.take(VALUE_SIZE)
        middle = left_count(count)
        is_left_there = self._selected.touches(first, middle)
        is_right_there = self._selected.touches(first + middle, count - middle)
        left = self.visit_with_siblings(first, middle) if is_left_there else sibling
        right = sibling
        if is_right_there:
            right = self.visit_with_siblings(first + middle, count - middle)
            _require(not is_left_there or right == sibling, f"the sibling at {first + middle}")
        return parent_value(left, right, is_root)

    def _leaf(self, first, count, is_root):
        start = first * CHUNK_SIZE
        data = self._reader.take(min(count * CHUNK_SIZE, self._size - start))
        self.content[start] = data
        return subtree_value(data, first, is_root)


class _Selection:
    """Which of the chunks of a blob are wanted; what lies behind the end stands for the last."""

    def __init__(self, ranges, chunk_count):
        self._chunks = set()
        for start, end in ranges:
            end = chunk_count if end is None or end > chunk_count else end
            self._chunks |= set(range(start, end)) or {chunk_count - 1}

    def touches(self, first, count):
        return not self._chunks.isdisjoint(range(first, first + count))

    def is_leaf(self, first, count, shift):
        """Whether the chunks of a node come as they are, without hashes between them."""
        is_whole = self._chunks.issuperset(range(first, first + count))
        return count == 1 or (count <= 1 << shift and is_whole)


class _Reader:
    def __init__(self, content):
        self._rest = memoryview(content)

    def take(self, count):
        _require(len(self._rest) >= count, "it ends too early")
        taken, self._rest = bytes(self._rest[:count]), self._rest[count:]
        return taken

    def finish(self):
        _require(len(self._rest) == 0, f"{len(self._rest)} bytes too many")


def _require(is_right, what):
    if not is_right:
        raise ValueError(f"the slice is wrong: {what}")
