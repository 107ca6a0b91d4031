# SPDX-License-Identifier: Apache-2.0
"""What liars have in common."""

import threading


def flipped(content):
    """The content with one bit turned, in the middle."""
    middle = len(content) // 2
    turned = bytes(byte ^ 1 for byte in content[middle : middle + 1])
    return content[:middle] + turned + content[middle + 1 :]


def half(pieces):
    pieces = list(pieces)
    return pieces[: len(pieces) // 2]


def stall(context):
    """Waits until the client, or the end of the server, ends the call."""
    ended = threading.Event()
    if context.add_callback(ended.set):
        ended.wait()
