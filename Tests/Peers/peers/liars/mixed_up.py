# SPDX-License-Identifier: Apache-2.0
"""Servers that mix up blobs, or are wrong by one byte where it is easily overlooked."""

from peers.content import noise
from peers.extended_server import ExtendedCastore
from peers.liars.harmless import UnavailableTwice
from peers.liars.means import stall
from peers.stock_server import StockCastore


def _turned(content, position):
    """The content with one bit turned at a position."""
    turned = bytearray(content)
    if turned:
        turned[position] ^= 1
    return bytes(turned)


class WrongFirstByte(StockCastore):
    """One bit of the first byte is wrong."""

    def pieces(self, digest, content, context):
        return super().pieces(digest, _turned(content, 0), context)


class WrongLastByte(StockCastore):
    """One bit of the last byte is wrong."""

    def pieces(self, digest, content, context):
        return super().pieces(digest, _turned(content, -1), context)


class WrongFirstByteDespiteBao(WrongFirstByte, ExtendedCastore):
    """The hashes are right, one bit of the first byte is wrong."""

    schema = ExtendedCastore.schema


class WrongLastByteDespiteBao(WrongLastByte, ExtendedCastore):
    """The hashes are right, one bit of the last byte is wrong."""

    schema = ExtendedCastore.schema


class OneByteMore(StockCastore):
    """After the content comes one byte more, and a good end."""

    def pieces(self, digest, content, context):
        return super().pieces(digest, content + b"!", context)


class OneByteMoreDespiteBao(OneByteMore, ExtendedCastore):
    """The hashes are right, and one byte more comes than they prove."""

    schema = ExtendedCastore.schema


class OneByteLess(StockCastore):
    """The last byte does not come, and the end is good."""

    def pieces(self, digest, content, context):
        return super().pieces(digest, content[:-1], context)


class HashesOfAnotherBlob(ExtendedCastore):
    """The hashes are those of another blob of the same size."""

    def bao(self, content, shift, arrangement):
        return super().bao(noise("mixed up", len(content)), shift, arrangement)


class ChunksOfAnotherBlob(StockCastore):
    """The chunks are there, of the right sizes in sum, and those of another blob."""

    def entries(self, digest):
        content = self.shelf.get(digest)
        other = self.shelf.put(noise("mixed up", len(content)))
        if self.shelf.chunks(digest):
            return super().entries(other)
        return super().entries(digest)


class EverythingOfAnotherBlob(ExtendedCastore):
    """Size, chunks, hashes and content agree, and are those of another, larger blob."""

    def Stat(self, request, context):
        request.digest = self._other(request.digest)
        return super().Stat(request, context)

    def Read(self, request, context):
        request.digest = self._other(request.digest)
        return super().Read(request, context)

    def _other(self, digest):
        content = self.shelf.get(digest)
        return self.shelf.put(noise("mixed up", len(content) + 10_000)) if content else digest


class UnavailableThreeTimes(UnavailableTwice):
    """Of the calls of each kind, the first three fail for a reason that goes away."""

    failure_count = 3


class StallingBeforeContent(StockCastore):
    """Stat is answered, and Read never."""

    def pieces(self, digest, content, context):
        stall(context)
        return []


#: What they have can't be had from them.
FATAL = [
    WrongFirstByte,
    WrongLastByte,
    WrongFirstByteDespiteBao,
    WrongLastByteDespiteBao,
    OneByteLess,
    EverythingOfAnotherBlob,
    StallingBeforeContent,
]
#: They lie about what one can do without.
MENDABLE = [
    OneByteMore,
    OneByteMoreDespiteBao,
    HashesOfAnotherBlob,
    ChunksOfAnotherBlob,
    UnavailableThreeTimes,
]
