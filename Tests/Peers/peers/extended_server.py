# SPDX-License-Identifier: Apache-2.0
"""The stock server with our extensions of Stat, made from their description alone.

It can send slices too, but has no other method of our own service.
"""

import functools

import grpc

from peers import slices
from peers.content import frames
from peers.outboards import group_list, group_values, pre_order_pairs, run_lists
from peers.schemas import OWN, handler_of
from peers.stock_server import StockCastore

STANDARD_SHIFT = 4
PAIRS, LIST, RUNS = 1, 2, 3
_SIBLINGS = 2
_SLICE_MESSAGE_SIZE = 50_000
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


class SlicingCastore(ExtendedCastore):
    """Sends slices. A liar overrides what it lies about."""

    def handlers(self):
        return [*super().handlers(), handler_of(OWN, "blobstore.v1.BlobStore", _Slices(self))]

    def slice_pieces(self, content, ranges, shift, form, context):
        return frames(slices.encode(content, ranges, shift, form), _SLICE_MESSAGE_SIZE)


class _Slices:
    """The service of our own, of which there is one method."""

    def __init__(self, castore):
        self._castore = castore

    def ReadSlice(self, request, context):
        self._castore.calls.append(("ReadSlice", request.digest))
        content = self._castore.shelf.get(request.digest)
        if content is None:
            context.abort(grpc.StatusCode.NOT_FOUND, "blob not found")
        ranges = [
            (item.start, item.end if item.HasField("end") else None) for item in request.ranges
        ]
        shift = request.group_shift if request.HasField("group_shift") else STANDARD_SHIFT
        if request.format > _SIBLINGS:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "this form is not known")
        form = "siblings" if request.format == _SIBLINGS else "parents"
        pieces = self._castore.slice_pieces(content, ranges or [(0, None)], shift, form, context)
        for piece in pieces:
            yield OWN.message("blobstore.v1.SliceChunk")(data=piece)

    def __getattr__(self, method):
        def unimplemented(request, context):
            context.abort(grpc.StatusCode.UNIMPLEMENTED, "there are slices and nothing else")

        return unimplemented


#: Python takes its time for hashes.
_group_values = functools.cache(group_values)
