# SPDX-License-Identifier: Apache-2.0
"""Servers that are wrong about how blobs are cut."""

import itertools

from peers.content import digest_of
from peers.stock_server import StockCastore

#: How many entries the longest lists have.
COUNT = 10_000_000


class WrongChunkSizes(StockCastore):
    """Two chunks have wrong sizes, with a right sum."""

    def entries(self, digest):
        entries = super().entries(digest)
        if entries:
            entries[0].size += 1
            entries[1].size -= 1
        return entries


class OverflowingChunkSizes(StockCastore):
    """The sizes have a sum of more than 64 bits."""

    def entries(self, digest):
        entries = super().entries(digest)
        for entry in entries:
            entry.size = (1 << 64) - 1
        return entries


class ChunksWithoutSize(StockCastore):
    """All chunks have the size 0."""

    def entries(self, digest):
        entries = super().entries(digest)
        for entry in entries:
            entry.size = 0
        return entries


class EmptyChunks(StockCastore):
    """The empty blob stands as a chunk between the others."""

    def entries(self, digest):
        entries = super().entries(digest)
        empty = self.message("StatBlobResponse.ChunkMeta", digest=digest_of(b""))
        return [entry for pair in zip(entries, itertools.repeat(empty)) for entry in pair]


class ShortChunkDigests(StockCastore):
    """The digests of chunks have 31 bytes."""

    def entries(self, digest):
        entries = super().entries(digest)
        for entry in entries:
            entry.digest = entry.digest[:31]
        return entries


class SwappedChunks(StockCastore):
    """The chunks are real, and in the wrong order."""

    def entries(self, digest):
        return super().entries(digest)[::-1]


class ChunksOfItself(StockCastore):
    """A blob is said to be made of itself, twice."""

    def entries(self, digest):
        size = len(self.shelf.get(digest))
        return [self.message("StatBlobResponse.ChunkMeta", digest=digest, size=size)] * 2


class MissingChunk(StockCastore):
    """One of the chunks in the list does not exist."""

    def entries(self, digest):
        entries = super().entries(digest)
        if entries:
            entries[1].digest = digest_of(b"never stored")
        return entries


class TenMillionChunks(StockCastore):
    """The list has ten million chunks, in some 400 MB."""

    def stat_reply(self, request, content, context):
        chunk = self.message("StatBlobResponse.ChunkMeta", digest=request.digest, size=len(content))
        entry = self.message("StatBlobResponse", chunks=[chunk]).SerializeToString()
        return entry * COUNT


class TenMillionNothings(StockCastore):
    """The list has ten million empty entries, in 20 MB: two bytes that become an object each."""

    def stat_reply(self, request, content, context):
        chunk = self.message("StatBlobResponse.ChunkMeta")
        return self.message("StatBlobResponse", chunks=[chunk]).SerializeToString() * COUNT
