# SPDX-License-Identifier: Apache-2.0
"""A line that breaks: passes bytes on to a server and ends the connection after some of them."""

import select
import socket
import struct
import threading

from peers.sockets import address_of

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_PIECE = 64 << 10


class CuttingProxy:
    """`with CuttingProxy(port, down=1000) as proxy: connect(proxy.target)`.

    `up` and `down` are how many bytes pass to and from the server on a connection that is cut.
    These are the first `cuts`, or all if it is `None`. After `connections` nobody is served any more.
    A connection is reset, so that even bytes that have passed may be lost; if it `delivers`, it is
    closed when all of them have arrived.
    """

    def __init__(self, port, up=None, down=None, cuts=None, connections=None, delivers=False):
        self._port = port
        self._connections = connections
        self._limits = (up, down)
        self._cuts = cuts
        self._delivers = delivers
        self.connection_count = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.target = address_of(self._listener)
        self.url = f"grpc+http://{self.target}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.connection_count == self._connections:
                client.close()
                continue
            self.connection_count += 1
            is_cut = self._cuts is None or self.connection_count <= self._cuts
            limits = self._limits if is_cut else (None, None)
            threading.Thread(target=self._serve, args=(client, *limits), daemon=True).start()

    def _serve(self, client, up, down):
        with client, socket.create_connection(("127.0.0.1", self._port)) as server:
            try:
                _pass_on(client, server, up, down)
            except OSError:
                pass
            if self._delivers:
                _end(client)
            else:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)


def _end(client):
    """Says that nothing more comes, and waits until the other side has seen it."""
    try:
        client.shutdown(socket.SHUT_WR)
        while client.recv(_PIECE):
            pass
    except OSError:
        pass


def _pass_on(client, server, up, down):
    """Passes bytes both ways until one side ends or has used up what it may send."""
    target = {client: server, server: client}
    rest = {client: up, server: down}
    while True:
        for source in select.select([client, server], [], [])[0]:
            room = _PIECE if rest[source] is None else min(rest[source], _PIECE)
            content = source.recv(room)
            if not content:
                return
            target[source].sendall(content)
            if rest[source] is not None:
                rest[source] -= len(content)
                if rest[source] == 0:
                    return
