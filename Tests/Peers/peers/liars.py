# SPDX-License-Identifier: Apache-2.0
"""Servers that are wrong in one respect each: broken, strange, or malicious.

`FATAL`: what they have to give can't be had, and a client must say so. `MENDABLE`: they lie about what
a client can do without, so it may get the blob by another way, or give up. `HARMLESS`: they do nothing
that is forbidden, and a client must get along with them. `LIARS` has all of them by name.
"""

import itertools
import struct
import threading

import grpc

from peers.content import digest_of, frames, noise
from peers.extended_server import ExtendedCastore, SlicingCastore
from peers.stock_server import StockCastore

_COUNT = 10_000_000


# Content


class WrongBytes(StockCastore):
    """One bit of everything is wrong."""

    def pieces(self, digest, content, context):
        return super().pieces(digest, _flipped(content), context)


class WrongBytesInOneChunk(StockCastore):
    """One bit of one chunk is wrong, alone and in the blob."""

    def pieces(self, digest, content, context):
        victim = self.shelf.victim
        return super().pieces(digest, content.replace(victim, _flipped(victim)), context)


class OtherBlob(StockCastore):
    """Something else comes, of the same length."""

    def pieces(self, digest, content, context):
        return super().pieces(digest, noise("other", len(content)), context)


class EndlessStream(StockCastore):
    """After the content comes more, for ever."""

    def pieces(self, digest, content, context):
        more = noise("more", 1 << 20)
        return itertools.chain(super().pieces(digest, content, context), itertools.repeat(more))


class EndlessEmptyMessages(StockCastore):
    """Half of the content comes, then messages without content, for ever."""

    def pieces(self, digest, content, context):
        return itertools.chain(_half(super().pieces(digest, content, context)), itertools.repeat(b""))


class StallingStream(StockCastore):
    """Half of the content comes, then nothing, not even an end."""

    def pieces(self, digest, content, context):
        yield from _half(super().pieces(digest, content, context))
        _stall(context)


class StallingStat(StockCastore):
    """Stat is never answered."""

    def stat_reply(self, request, content, context):
        _stall(context)


class TruncatedStream(StockCastore):
    """Half of the content comes, and a good end."""

    def pieces(self, digest, content, context):
        return _half(super().pieces(digest, content, context))


class EmptyStream(StockCastore):
    """No content comes, and a good end."""

    def pieces(self, digest, content, context):
        return []


class NotFoundAfterBytes(StockCastore):
    """Half of the content comes, then the server says that it has nothing."""

    def pieces(self, digest, content, context):
        yield from _half(super().pieces(digest, content, context))
        context.abort(grpc.StatusCode.NOT_FOUND, "a chunk is missing")


class AlwaysUnavailable(StockCastore):
    """Nothing is ever answered but that it may work later."""

    def stat_reply(self, request, content, context):
        context.abort(grpc.StatusCode.UNAVAILABLE, "later")


class ReadIsRefused(StockCastore):
    """Stat is answered, Read is not permitted."""

    def pieces(self, digest, content, context):
        context.abort(grpc.StatusCode.PERMISSION_DENIED, "not for you")


# Chunk lists


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
        return entry * _COUNT


class TenMillionNothings(StockCastore):
    """The list has ten million empty entries, in 20 MB: two bytes that become an object each."""

    def stat_reply(self, request, content, context):
        chunk = self.message("StatBlobResponse.ChunkMeta")
        return self.message("StatBlobResponse", chunks=[chunk]).SerializeToString() * _COUNT


# Odd but right


class EmptyMessages(StockCastore):
    """Messages without content stand between the others."""

    def pieces(self, digest, content, context):
        for piece in super().pieces(digest, content, context):
            yield from (b"", piece, b"")


class LargeMessages(StockCastore):
    """A message is as large as every client must take it."""

    def pieces(self, digest, content, context):
        return frames(content, (4 << 20) - 16)


class UnavailableTwice(StockCastore):
    """Of the calls of each kind, the first two fail for a reason that goes away."""

    def stat_reply(self, request, content, context):
        self._fail_early_calls("Stat", context)
        return super().stat_reply(request, content, context)

    def pieces(self, digest, content, context):
        self._fail_early_calls("Read", context)
        return super().pieces(digest, content, context)

    def _fail_early_calls(self, method, context):
        if sum(call[0] == method for call in self.calls) <= 2:
            context.abort(grpc.StatusCode.UNAVAILABLE, "later")


# Uploads


class WrongAnswerToPut(StockCastore):
    """Another blob is said to have been stored."""

    def stored(self, requests, context):
        super().stored(requests, context)
        return digest_of(b"something else")


class ShortAnswerToPut(StockCastore):
    """The digest of what was stored has 31 bytes."""

    def stored(self, requests, context):
        return super().stored(requests, context)[:31]


class NoAnswerToPut(StockCastore):
    """Everything is taken, and nothing answered."""

    def stored(self, requests, context):
        super().stored(requests, context)
        _stall(context)


class NoWindowForPut(StockCastore):
    """The first message is taken, and then no more."""

    def stored(self, requests, context):
        next(requests)
        _stall(context)


class DyingInPut(StockCastore):
    """The first message is taken, then the server goes away."""

    def stored(self, requests, context):
        next(requests)
        context.abort(grpc.StatusCode.UNAVAILABLE, "going away")


class HastyAnswerToPut(StockCastore):
    """The first message is taken for everything."""

    def stored(self, requests, context):
        return self.shelf.put(next(requests).data)


# Extensions


class WrongInlined(ExtendedCastore):
    """The content in the answer to Stat is wrong."""

    def inlined(self, content):
        return _flipped(content)


class UnwantedInlined(ExtendedCastore):
    """Content is in the answer that nobody wanted there, and it is wrong."""

    def stat_reply(self, request, content, context):
        reply = super().stat_reply(request, content, context)
        reply.inlined = noise("unwanted", 3 << 20)
        return reply


class SizeTooLarge(ExtendedCastore):
    """The blob is said to have a byte more."""

    def size(self, content):
        return len(content) + 1


class SizeTooSmall(ExtendedCastore):
    """The blob is said to have a byte less."""

    def size(self, content):
        return len(content) - 1


class SizeZero(ExtendedCastore):
    """The blob is said to be empty."""

    def size(self, content):
        return 0


class HugeSize(ExtendedCastore):
    """The blob is said to be as large as numbers go."""

    def size(self, content):
        return (1 << 64) - 1


class WrongBao(ExtendedCastore):
    """One bit of the hashes is wrong."""

    def bao(self, content, shift, arrangement):
        return _flipped(super().bao(content, shift, arrangement))


class ShortBao(ExtendedCastore):
    """One of the hashes is missing."""

    def bao(self, content, shift, arrangement):
        return super().bao(content, shift, arrangement)[:-32]


class LongBao(ExtendedCastore):
    """There are a thousand hashes too many."""

    def bao(self, content, shift, arrangement):
        return super().bao(content, shift, arrangement) + bytes(32_000)


class BaoOfFalseSize(ExtendedCastore):
    """Size and hashes agree, and are those of a blob of another size."""

    def size(self, content):
        return 2 * len(content)

    def bao(self, content, shift, arrangement):
        return super().bao(content + content, shift, arrangement)


class AbsurdBaoShift(ExtendedCastore):
    """The hashes are said to be for groups of 2^4000000000 chunks."""

    def stat_reply(self, request, content, context):
        reply = super().stat_reply(request, content, context)
        reply.bao_shift = 4_000_000_000
        return reply


class WrongBytesDespiteBao(WrongBytes, ExtendedCastore):
    """The hashes are right, one bit of the content is wrong."""

    schema = ExtendedCastore.schema


class EndlessDespiteBao(EndlessStream, ExtendedCastore):
    """The hashes are right, the content never ends."""

    schema = ExtendedCastore.schema


class TruncatedDespiteBao(TruncatedStream, ExtendedCastore):
    """The hashes are right, half of the content is missing."""

    schema = ExtendedCastore.schema


# Slices


class WrongSlice(SlicingCastore):
    """One bit of what a slice has is wrong."""

    def slice_pieces(self, *arguments):
        return [_flipped(piece) for piece in super().slice_pieces(*arguments)]


class WrongFirstHash(SlicingCastore):
    """One bit of the first hash of a slice is wrong."""

    def slice_pieces(self, *arguments):
        pieces = super().slice_pieces(*arguments)
        return [pieces[0][:8] + _flipped(pieces[0][8:40]) + pieces[0][40:], *pieces[1:]]


class TruncatedSlice(SlicingCastore):
    """Half of a slice comes, and a good end."""

    def slice_pieces(self, *arguments):
        return _half(super().slice_pieces(*arguments))


class StallingSlice(SlicingCastore):
    """Half of a slice comes, then nothing, not even an end."""

    def slice_pieces(self, content, ranges, shift, form, context):
        yield from _half(super().slice_pieces(content, ranges, shift, form, context))
        _stall(context)


class EndlessSlice(SlicingCastore):
    """After a slice comes more, for ever."""

    def slice_pieces(self, *arguments):
        more = noise("more", 1 << 20)
        return itertools.chain(super().slice_pieces(*arguments), itertools.repeat(more))


class SliceOfHugeSize(SlicingCastore):
    """A slice begins with a size as large as numbers go."""

    def slice_pieces(self, *arguments):
        pieces = super().slice_pieces(*arguments)
        return [b"\xff" * 8 + pieces[0][8:], *pieces[1:]]


class SliceOfOtherSize(SlicingCastore):
    """A slice and the answer to Stat agree on a size that is wrong."""

    def size(self, content):
        return len(content) + (1 << 20)

    def slice_pieces(self, content, *arguments):
        pieces = super().slice_pieces(content, *arguments)
        return [struct.pack("<Q", self.size(content)) + pieces[0][8:], *pieces[1:]]


def _flipped(content):
    """The content with one bit turned, in the middle."""
    middle = len(content) // 2
    turned = bytes(byte ^ 1 for byte in content[middle : middle + 1])
    return content[:middle] + turned + content[middle + 1 :]


def _half(pieces):
    pieces = list(pieces)
    return pieces[: len(pieces) // 2]


def _stall(context):
    """Waits until the client, or the end of the server, ends the call."""
    ended = threading.Event()
    if context.add_callback(ended.set):
        ended.wait()


FATAL = [
    WrongBytes, WrongBytesInOneChunk, OtherBlob, EndlessStream, EndlessEmptyMessages, StallingStream,
    StallingStat, TruncatedStream, EmptyStream, NotFoundAfterBytes, AlwaysUnavailable, ReadIsRefused,
    WrongBytesDespiteBao, EndlessDespiteBao, TruncatedDespiteBao,
]
MENDABLE = [
    WrongChunkSizes, OverflowingChunkSizes, ChunksWithoutSize, EmptyChunks, ShortChunkDigests,
    SwappedChunks, ChunksOfItself, MissingChunk, TenMillionChunks, TenMillionNothings,
    WrongInlined, UnwantedInlined, SizeTooLarge, SizeTooSmall, SizeZero, HugeSize,
    WrongBao, ShortBao, LongBao, BaoOfFalseSize, AbsurdBaoShift,
    WrongSlice, WrongFirstHash, TruncatedSlice, StallingSlice, EndlessSlice, SliceOfHugeSize,
    SliceOfOtherSize,
]
HARMLESS = [EmptyMessages, LargeMessages, UnavailableTwice, ExtendedCastore, SlicingCastore]
BAD_AT_PUT = [
    WrongAnswerToPut, ShortAnswerToPut, NoAnswerToPut, NoWindowForPut, DyingInPut, HastyAnswerToPut,
]
LIARS = {liar.__name__: liar for liar in FATAL + MENDABLE + HARMLESS + BAD_AT_PUT}
