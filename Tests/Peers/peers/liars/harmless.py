# SPDX-License-Identifier: Apache-2.0
"""Servers that do strange things, none of them forbidden."""

import grpc

from peers.content import frames
from peers.stock_server import StockCastore


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

    failure_count = 2

    def stat_reply(self, request, content, context):
        self._fail_early_calls("Stat", context)
        return super().stat_reply(request, content, context)

    def pieces(self, digest, content, context):
        self._fail_early_calls("Read", context)
        return super().pieces(digest, content, context)

    def _fail_early_calls(self, method, context):
        if sum(call[0] == method for call in self.calls) <= self.failure_count:
            context.abort(grpc.StatusCode.UNAVAILABLE, "later")
