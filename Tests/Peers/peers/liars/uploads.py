# SPDX-License-Identifier: Apache-2.0
"""Servers that are wrong about what they were given."""

import grpc

from peers.content import digest_of
from peers.liars.means import stall
from peers.stock_server import StockCastore


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
        stall(context)


class NoWindowForPut(StockCastore):
    """The first message is taken, and then no more."""

    def stored(self, requests, context):
        next(requests)
        stall(context)


class DyingInPut(StockCastore):
    """The first message is taken, then the server goes away."""

    def stored(self, requests, context):
        next(requests)
        context.abort(grpc.StatusCode.UNAVAILABLE, "going away")


class HastyAnswerToPut(StockCastore):
    """Half of the first message is taken for everything, and the answer does not wait for more."""

    def stored(self, requests, context):
        first = next(requests).data
        return self.shelf.put(first[: len(first) // 2])
