# SPDX-License-Identifier: Apache-2.0
"""A line to an S3 server on which things go wrong, as they do on the way to a busy service.

Requests and answers are passed on as they are, piece by piece, so signatures stay valid. What goes
wrong depends on the seed, the request and how often it came, and on nothing else: not on what else
is on its way at the same time.
"""

import contextlib
import dataclasses
import random
import select
import socket
import struct
import threading
import time
from collections import Counter

from peers.http_line import End
from peers.s3_endpoint import S3Endpoint
from peers.s3_requests import kind_of
from peers.sockets import address_of

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_PATIENCE = 60

_ERRORS = {
    "error": (500, "Internal Server Error", "InternalError", "We encountered an internal error."),
    "slow down": (503, "Slow Down", "SlowDown", "Please reduce your request rate."),
}


@dataclasses.dataclass(frozen=True)
class Faults:
    """What goes wrong. All but the last are shares of requests, from 0 to 1."""

    #: Answered with 500 without asking the server.
    errors: float = 0
    #: Answered with 503 without asking the server.
    slow_downs: float = 0
    #: Bodies of requests after which the connection is reset: the server never sees the rest.
    cut_requests: float = 0
    #: Bodies of answers within which the connection is closed.
    cut_answers: float = 0
    #: Requests that the server fulfils, but whose answers never arrive: the connection is reset.
    lost_answers: float = 0
    #: Objects that arrive with one wrong byte.
    corruptions: float = 0
    #: How many bytes of a body pass before it is cut. Of a shorter one, all but the last do.
    cut_after: int = 1000
    #: For how many seconds each request waits.
    delay: float = 0
    #: How often in succession something goes wrong with the same request.
    repeats: int = 2
    #: The kinds of requests with which something goes wrong: see `kind_of`. All if it is `None`.
    kinds: frozenset | None = None
    seed: int = 0

    def choose(self, request, times):
        """What goes wrong with a request that comes for the n-th time; `None` if nothing does."""
        if self.kinds is not None and request.kind not in self.kinds:
            return None
        shares = {
            "error": self.errors,
            "slow down": self.slow_downs,
            "lost answer": self.lost_answers,
        }
        if request.has_body:
            shares["cut request"] = self.cut_requests
        if request.method != "HEAD":
            shares["cut answer"] = self.cut_answers
        if request.kind == "get":
            shares["corruption"] = self.corruptions
        number = random.Random(f"{self.seed} {request.identity} {times}").random()
        for fault, share in shares.items():
            number -= share
            if number < 0:
                return fault
        return None


@dataclasses.dataclass(eq=False)
class Request:
    """A request that has come, and what became of it."""

    method: str
    #: The path and the query.
    target: str
    #: The part of an object that it asks for, as in its header; empty for all of it.
    range: str
    has_body: bool
    #: What went wrong.
    fault: str | None = None
    #: The status of the answer; `None` if the server has not given one.
    status: int | None = None

    @property
    def kind(self):
        return kind_of(self.method, self.target)

    @property
    def identity(self):
        return f"{self.method} {self.target} {self.range}"


class FaultProxy(S3Endpoint):
    """`with FaultProxy(server, slow_downs=0.2, seed=1) as proxy: proxy.client()`.

    Takes the fields of `Faults`. They can be replaced at any time: `proxy.faults = Faults()`.
    """

    def __init__(self, server, **faults):
        self._server = server
        self.faults = Faults(**faults)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        url = f"http://{address_of(self._listener)}"
        super().__init__(url, server.access_key, server.secret_key)
        self._lock = threading.Lock()
        #: All requests, in the order in which they came.
        self.requests = []
        #: How many requests there have been at once at most.
        self.most_at_once = 0
        self._running = set()
        self._times = Counter()
        #: How often in succession something went wrong with a request.
        self._successions = Counter()
        self._sockets = set()

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for end in self._sockets:
                _shut(end)

    def methods(self):
        """How many requests there were of each method."""
        return Counter(request.method for request in self.requests)

    def kinds(self):
        """How many requests there were of each kind."""
        return Counter(request.kind for request in self.requests)

    def fault_counts(self):
        """How often each thing went wrong."""
        return Counter(request.fault for request in self.requests if request.fault)

    def forget(self):
        """Begins to count anew."""
        with self._lock:
            self.requests = []
            self.most_at_once = 0

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, contextlib.suppress(OSError):
            address = ("127.0.0.1", int(self._server.url.rpartition(":")[2]))
            with socket.create_connection(address, _PATIENCE) as server, self._open(client, server):
                # Otherwise an answer in two pieces waits for what acknowledges the first.
                for end in (client, server):
                    end.settimeout(_PATIENCE)
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                exchange = _Exchange(self, End(client), End(server))
                while exchange.serve_one():
                    pass

    @contextlib.contextmanager
    def _open(self, *sockets):
        with self._lock:
            self._sockets.update(sockets)
        try:
            yield
        finally:
            with self._lock:
                self._sockets.difference_update(sockets)

    def begin(self, request):
        """Counts a request, lets it wait, and returns what shall go wrong with it."""
        with self._lock:
            faults = self.faults
            self.requests.append(request)
            self._running.add(request)
            self.most_at_once = max(self.most_at_once, len(self._running))
            self._times[request.identity] += 1
            fault = faults.choose(request, self._times[request.identity])
            if self._successions[request.identity] >= faults.repeats:
                fault = None
        time.sleep(faults.delay)
        return fault

    def end(self, request):
        """Takes note of what went wrong, before the client can know and send another request."""
        with self._lock:
            if request not in self._running:
                return
            self._running.remove(request)
            if request.fault is None:
                self._successions.pop(request.identity, None)
            else:
                self._successions[request.identity] += 1


class _Exchange:
    """The requests of one connection, each with its answer."""

    def __init__(self, proxy, client, server):
        self._proxy = proxy
        self._client = client
        self._server = server

    def serve_one(self):
        """Returns whether the connection can be used again."""
        head = self._next_head()
        if head is None:
            return False
        framing = head.request_framing()
        method, target, _ = head.words
        request = Request(method, target, head.headers.get("range", ""), not framing.is_done)
        fault = self._proxy.begin(request)
        try:
            if fault in _ERRORS:
                return self._refuse(request, fault, head, framing)
            return self._pass_on(request, fault, head, framing) and not head.closes
        finally:
            self._proxy.end(request)

    def _next_head(self):
        """The head of a request; `None` if one side has ended the connection."""
        select.select([self._client.socket, self._server.socket], [], [], _PATIENCE)
        # A server that was stopped takes no more requests, and the client shall see that.
        if select.select([self._server.socket], [], [], 0)[0]:
            return None
        return self._client.head()

    def _refuse(self, request, fault, head, framing):
        request.fault = fault
        request.status, reason, code, message = _ERRORS[fault]
        # Who waits to be told to go on has not sent a body.
        waits = "expect" in head.headers
        if not waits:
            for _ in self._client.body(framing):
                pass
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{code}</Code><Message>{message}</Message>"
            "<RequestId>0123456789ABCDEF</RequestId></Error>"
        )
        answer = (
            f"HTTP/1.1 {request.status} {reason}\r\n"
            "Content-Type: application/xml\r\n"
            f"Content-Length: {len(body)}\r\n"
            f"Connection: {'close' if waits else 'keep-alive'}\r\n\r\n"
        )
        self._proxy.end(request)
        self._client.socket.sendall((answer + body * (request.method != "HEAD")).encode())
        return not waits

    def _pass_on(self, request, fault, head, framing):
        self._server.socket.sendall(head.content)
        send = self._send_a_part if fault == "cut request" else self._send
        upload = threading.Thread(target=send, args=(request, framing), daemon=True)
        upload.start()
        self._waits = "expect" in head.headers
        try:
            is_complete = self._answer(request, fault)
            # Who was never told to go on does not send a body.
            if is_complete and not self._waits:
                upload.join()
            return is_complete and framing.is_done
        finally:
            if upload.is_alive():
                _shut(self._client.socket)
                _shut(self._server.socket)
                upload.join()

    def _send(self, _, framing):
        """Sends a body to the server, and takes the rest if the server wants no more of it."""
        with contextlib.suppress(OSError):
            is_wanted = True
            for piece in self._client.body(framing):
                try:
                    if is_wanted:
                        self._server.socket.sendall(piece)
                except OSError:
                    is_wanted = False

    def _send_a_part(self, request, framing):
        with contextlib.suppress(OSError):
            for piece in self._first(framing, self._client.body(framing)):
                self._server.socket.sendall(piece)
            request.fault = "cut request"
            _reset_when_closed(self._client.socket)
            _shut(self._server.socket)

    def _answer(self, request, fault):
        """Returns whether all of an answer has come, and another one can follow it."""
        while (head := self._server.head()) is not None and 100 <= head.status < 200:
            self._waits = False
            self._client.socket.sendall(head.content)
        if head is None:
            return False
        request.status = head.status
        if fault == "lost answer":
            request.fault = fault
            _reset_when_closed(self._client.socket)
            return False
        framing = head.answer_framing(request.method)
        if framing.is_done:
            self._proxy.end(request)
        self._client.socket.sendall(head.content)
        pieces = self._server.body(framing)
        if fault == "cut answer" and not framing.is_done:
            request.fault = fault
            pieces = self._first(framing, pieces)
        if fault == "corruption" and head.status < 300 and framing.length:
            request.fault = fault
            place = random.Random(request.identity).randrange(framing.length)
            pieces = _with_a_wrong_byte(pieces, place)
        for piece in pieces:
            if framing.is_done:
                self._proxy.end(request)
            self._client.socket.sendall(piece)
        is_last = head.closes or framing.ends_with_the_connection
        return request.fault != "cut answer" and not is_last

    def _first(self, framing, pieces):
        """The pieces of a body until it is cut."""
        rest = self._proxy.faults.cut_after
        if framing.length is not None:
            rest = min(rest, framing.length - 1)
        for piece in pieces if rest > 0 else ():
            yield piece[:rest]
            rest -= len(piece)
            if rest <= 0:
                return


def _with_a_wrong_byte(pieces, place):
    start = 0
    for piece in pieces:
        if start <= place < start + len(piece):
            spoilt = bytearray(piece)
            spoilt[place - start] ^= 1 << place % 8
            piece = bytes(spoilt)
        start += len(piece)
        yield piece


def _reset_when_closed(end):
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)


def _shut(end):
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
