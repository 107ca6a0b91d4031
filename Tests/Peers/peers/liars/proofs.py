# SPDX-License-Identifier: Apache-2.0
"""Servers that send slices, and are wrong about them."""

import itertools
import struct

from peers.content import noise
from peers.extended_server import SlicingCastore
from peers.liars.means import flipped, half, stall


class WrongSlice(SlicingCastore):
    """One bit of what a slice has is wrong."""

    def slice_pieces(self, *arguments):
        return [flipped(piece) for piece in super().slice_pieces(*arguments)]


class WrongFirstHash(SlicingCastore):
    """One bit of the first hash of a slice is wrong."""

    def slice_pieces(self, *arguments):
        pieces = super().slice_pieces(*arguments)
        return [pieces[0][:8] + flipped(pieces[0][8:40]) + pieces[0][40:], *pieces[1:]]


class TruncatedSlice(SlicingCastore):
    """Half of a slice comes, and a good end."""

    def slice_pieces(self, *arguments):
        return half(super().slice_pieces(*arguments))


class StallingSlice(SlicingCastore):
    """Half of a slice comes, then nothing, not even an end."""

    def slice_pieces(self, content, ranges, shift, form, context):
        yield from half(super().slice_pieces(content, ranges, shift, form, context))
        stall(context)


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
