# SPDX-License-Identifier: Apache-2.0
"""Damages a local store from outside, as a bad disk would: Documentation/LocalStoreFormat.md."""

import contextlib
import sqlite3

_PACK_HEADER_SIZE = 64


def flip_content(store, content):
    """Turns one bit in the middle of where some content lies in the packs."""
    for pack in sorted((store / "packs").iterdir()):
        stored = bytearray(pack.read_bytes())
        start = stored.find(content)
        if start >= 0:
            stored[start + len(content) // 2] ^= 1
            pack.write_bytes(stored)
            return
    raise AssertionError("the content is in no pack as it is")


def flip_every_1000th_byte(store):
    """Spoils everything but the headers of the packs."""
    for pack in (store / "packs").iterdir():
        stored = bytearray(pack.read_bytes())
        for offset in range(_PACK_HEADER_SIZE, len(stored), 1000):
            stored[offset] ^= 0x10
        pack.write_bytes(stored)


def cut_packs(store):
    """Loses the second half of each pack."""
    for pack in (store / "packs").iterdir():
        with pack.open("r+b") as file:
            file.truncate(pack.stat().st_size // 2)


def forget(store, digest):
    """Takes an entry out of the index, as if the chunk had never been stored."""
    with contextlib.closing(sqlite3.connect(store / "index.sqlite")) as index, index:
        assert index.execute("DELETE FROM entry WHERE digest = ?", (digest,)).rowcount == 1
