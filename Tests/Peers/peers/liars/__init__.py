# SPDX-License-Identifier: Apache-2.0
"""Servers that are wrong in one respect each: broken, strange, or malicious.

`FATAL`: what they have can't be had from them, and a client must say so. `MENDABLE`: they lie about
what a client can do without, so it may get the blob in another way, or give up. `HARMLESS`: they do
nothing that is forbidden, and a client must get along with them. `BAD_AT_PUT`: they are right until
they are given something.
"""

from peers.extended_server import ExtendedCastore, SlicingCastore
from peers.liars import (
    chunk_lists,
    content,
    despite_hashes,
    extensions,
    harmless,
    proofs,
    uploads,
)


def _liars_in(*modules):
    return [
        liar
        for module in modules
        for liar in vars(module).values()
        if getattr(liar, "__module__", None) == module.__name__ and isinstance(liar, type)
    ]


FATAL = _liars_in(content, despite_hashes)
MENDABLE = _liars_in(chunk_lists, extensions, proofs)
HARMLESS = [*_liars_in(harmless), ExtendedCastore, SlicingCastore]
BAD_AT_PUT = _liars_in(uploads)

#: All of them, by name.
LIARS = {liar.__name__: liar for liar in FATAL + MENDABLE + HARMLESS + BAD_AT_PUT}
