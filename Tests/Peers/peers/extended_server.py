# SPDX-License-Identifier: Apache-2.0
"""The stock server with our extensions of Stat, made from their description alone."""

import functools

from peers.outboards import group_list, group_values, pre_order_pairs, run_lists
from peers.schemas import OWN
from peers.stock_server import StockCastore

STANDARD_SHIFT = 4
PAIRS, LIST, RUNS = 1, 2, 3
_ARRANGEMENTS = {PAIRS: pre_order_pairs, LIST: group_list, RUNS: run_lists}


class ExtendedCastore(StockCastore):
    """Tells size, hashes and content in the answer to Stat. A liar overrides what it lies about."""

    schema = OWN

    def stat_reply(self, request, content, context):
        reply = self.message("StatBlobResponse", size=self.size(content))
        if request.send_chunks:
            reply.chunks.extend(self.entries(request.digest))
        if request.send_bao:
            reply.bao_shift = request.bao_shift if request.HasField("bao_shift") else STANDARD_SHIFT
            reply.bao_format = request.bao_format or PAIRS
            reply.bao = self.bao(content, reply.bao_shift, reply.bao_format)
        if len(content) <= request.inline_limit:
            reply.inlined = self.inlined(content)
        return reply

    def size(self, content):
        return len(content)

    def bao(self, content, shift, arrangement):
        return _ARRANGEMENTS[arrangement](_group_values(content, shift))

    def inlined(self, content):
        return content


#: Python takes its time for hashes.
_group_values = functools.cache(group_values)
