#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Adds a file to a new iroh node without network, which leaves its files in a folder.

usage: iroh-node.py FILE FOLDER
"""

import asyncio
import sys

import iroh
from iroh import iroh_ffi


class Failures(iroh.AddCallback):
    """Turns a failure that the node reports into an exception."""

    async def progress(self, progress):
        if progress.type() == iroh.AddProgressType.ABORT:
            raise RuntimeError(progress.as_abort().error)


async def add(file, folder):
    iroh_ffi.uniffi_set_event_loop(asyncio.get_running_loop())
    options = iroh.NodeOptions(
        ipv4_addr="127.0.0.1:0",
        node_discovery=iroh.NodeDiscoveryConfig.NONE,
    )
    node = await iroh.Iroh.persistent_with_options(folder, options)
    tag, wrap = iroh.SetTagOption.auto(), iroh.WrapOption.no_wrap()
    await node.blobs().add_from_path(file, False, tag, wrap, Failures())
    # Only then is everything on disk.
    await node.node().shutdown()


asyncio.run(add(*sys.argv[1:]))
