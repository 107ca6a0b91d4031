# SPDX-License-Identifier: Apache-2.0
"""Servers from which the content of a blob can't be had."""

import itertools

import grpc

from peers.content import noise
from peers.liars.means import flipped, half, stall
from peers.stock_server import StockCastore


class WrongBytes(StockCastore):
    """One bit of everything is wrong."""

    def pieces(self, digest, content, context):
        return super().pieces(digest, flipped(content), context)


class WrongBytesInOneChunk(StockCastore):
    """One bit of one chunk is wrong, alone and in the blob."""

    def pieces(self, digest, content, context):
        victim = self.shelf.victim
        return super().pieces(digest, content.replace(victim, flipped(victim)), context)


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
        return itertools.chain(
            half(super().pieces(digest, content, context)), itertools.repeat(b"")
        )


class StallingStream(StockCastore):
    """Half of the content comes, then nothing, not even an end."""

    def pieces(self, digest, content, context):
        yield from half(super().pieces(digest, content, context))
        stall(context)


class StallingStat(StockCastore):
    """Stat is never answered."""

    def stat_reply(self, request, content, context):
        stall(context)


class TruncatedStream(StockCastore):
    """Half of the content comes, and a good end."""

    def pieces(self, digest, content, context):
        return half(super().pieces(digest, content, context))


class EmptyStream(StockCastore):
    """No content comes, and a good end."""

    def pieces(self, digest, content, context):
        return []


class NotFoundAfterBytes(StockCastore):
    """Half of the content comes, then the server says that it has nothing."""

    def pieces(self, digest, content, context):
        yield from half(super().pieces(digest, content, context))
        context.abort(grpc.StatusCode.NOT_FOUND, "a chunk is missing")


class AlwaysUnavailable(StockCastore):
    """Nothing is ever answered but that it may work later."""

    def stat_reply(self, request, content, context):
        context.abort(grpc.StatusCode.UNAVAILABLE, "later")


class ReadIsRefused(StockCastore):
    """Stat is answered, Read is not permitted."""

    def pieces(self, digest, content, context):
        context.abort(grpc.StatusCode.PERMISSION_DENIED, "not for you")
