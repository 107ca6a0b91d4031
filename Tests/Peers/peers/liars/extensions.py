# SPDX-License-Identifier: Apache-2.0
"""Servers that know our extensions of Stat and are wrong about them."""

from peers.content import noise
from peers.extended_server import ExtendedCastore
from peers.liars.content import EndlessStream
from peers.liars.means import flipped


class WrongInlined(ExtendedCastore):
    """The content in the answer to Stat is wrong."""

    def inlined(self, content):
        return flipped(content)


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
        return flipped(super().bao(content, shift, arrangement))


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


class EndlessDespiteBao(EndlessStream, ExtendedCastore):
    """The hashes are right, the content never ends."""

    schema = ExtendedCastore.schema
