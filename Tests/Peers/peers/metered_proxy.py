# SPDX-License-Identifier: Apache-2.0
"""A line that counts what comes over it, and can be slow, fall silent or turn bits.

Unlike `CuttingProxy` it never ends a connection by itself.
"""

import contextlib
import socket
import threading
import time

from peers.sockets import address_of

#: What lies in the buffers of a line has not come yet, but is counted: they are small.
_PIECE = 16 << 10


class MeteredProxy:
    """`with MeteredProxy(port, rate=1 << 20) as proxy: connect(proxy.target)`.

    `rate` is how many bytes come in a second over all connections. After `silence` bytes nothing
    more comes on a connection, which stays open. A bit is turned at the end of each of `needles`,
    all of one length, wherever it comes.
    """

    def __init__(self, port, rate=None, silence=None, needles=()):
        self._port = port
        self._rate = rate
        self._silence = silence
        self._needles = needles
        self._lock = threading.Lock()
        self._due = 0.0
        #: How many bytes have come from the server.
        self.byte_count = 0
        #: How many bits have been turned.
        self.flip_count = 0
        #: How many connections there are.
        self.open_count = 0
        self._sockets = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        # Accepted connections have the buffers of the listener.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _PIECE)
        self.target = address_of(self._listener)
        self.url = f"grpc+http://{self.target}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self):
        """Ends all connections."""
        with self._lock:
            for end in self._sockets:
                _shut(end)

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, contextlib.suppress(OSError):
            with socket.create_connection(("127.0.0.1", self._port)) as server:
                with self._lock:
                    self.open_count += 1
                    self._sockets |= {client, server}
                up = threading.Thread(target=_pass_up, args=(client, server), daemon=True)
                up.start()
                try:
                    self._pass_down(server, client)
                finally:
                    _shut(client)
                    _shut(server)
                    up.join()
                    with self._lock:
                        self.open_count -= 1
                        self._sockets -= {client, server}

    def _pass_down(self, server, client):
        passed, before = 0, b""
        overlap = max(map(len, self._needles), default=1) - 1
        while content := server.recv(_PIECE):
            if self._silence is not None and passed + len(content) > self._silence:
                client.sendall(content[: max(self._silence - passed, 0)])
                _drain(server)
                return
            passed += len(content)
            client.sendall(self._spoilt(content, before))
            before = (before + content)[-overlap:] if overlap else b""
            with self._lock:
                self.byte_count += len(content)
            self._wait(len(content))

    def _spoilt(self, content, before):
        """Turns a bit in the last byte of each needle; it may have begun in the piece before."""
        spoilt = bytearray(content)
        for needle in self._needles:
            start = (before + content).find(needle)
            if start >= 0:
                spoilt[start + len(needle) - 1 - len(before)] ^= 1
                self.flip_count += 1
        return bytes(spoilt)

    def _wait(self, count):
        if self._rate is None:
            return
        with self._lock:
            now = time.monotonic()
            self._due = max(self._due, now) + count / self._rate
            pause = self._due - now
        # Shorter naps would take longer than they should.
        if pause > 0.005:
            time.sleep(pause)


def _pass_up(client, server):
    with contextlib.suppress(OSError):
        while content := client.recv(_PIECE):
            server.sendall(content)
    _shut(server)


def _drain(server):
    """Takes what comes, so that the server does not notice, until somebody ends the line."""
    while server.recv(_PIECE):
        pass


def _shut(end):
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
