# SPDX-License-Identifier: Apache-2.0
"""Ports for servers that are stopped and started again."""

import contextlib
import random
import socket

#: Below those that the system gives to whoever asks for any: nobody takes one in the meantime.
_RANGE = range(10_000, 32_000)
_TRIES = 1000


def free_ports(count):
    """Different ports at which nobody listens, at least at this moment."""
    with contextlib.ExitStack() as listeners:
        ports = []
        for port in random.sample(_RANGE, _TRIES):
            if len(ports) == count:
                return ports
            with contextlib.suppress(OSError):
                listeners.enter_context(socket.create_server(("127.0.0.1", port)))
                ports.append(port)
    raise AssertionError(f"there are no {count} free ports")
