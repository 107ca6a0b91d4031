# SPDX-License-Identifier: Apache-2.0
"""Ports of this machine."""

import socket


def address_of(listener):
    """The address of a socket as `HOST:PORT`."""
    host, port = listener.getsockname()
    return f"{host}:{port}"


def free_address():
    """An address at which nobody listens, at least at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return address_of(listener)


def accepts(address):
    """Whether someone listens at an address."""
    host, _, port = address.rpartition(":")
    with socket.socket() as connection:
        return connection.connect_ex((host, int(port))) == 0
