# SPDX-License-Identifier: Apache-2.0
"""A client with gRPC's own library for Python that prints what it has measured, in JSON.

usage: calls.py each TARGET DIGEST…           seconds of a Stat and a Read of each blob, in sequence
       calls.py first TARGET DIGEST…          of Reads in sequence, seconds until the first byte
       calls.py crowd TARGET DIGEST READERS   of Reads at once, each on a connection of its own
"""

import json
import sys
import threading
import time

import grpc

SERVICE = "/tvix.castore.v1.BlobService/"
TIMEOUT = 120
OPTIONS = [("grpc.max_receive_message_length", 32 << 20), ("grpc.use_local_subchannel_pool", 1)]


class Peer:
    """Messages are put together by hand: each has one field that matters, of bytes."""

    def __init__(self, target: str) -> None:
        channel = grpc.insecure_channel(target, OPTIONS)
        grpc.channel_ready_future(channel).result(TIMEOUT)
        self._channel = channel
        self._stat = channel.unary_unary(SERVICE + "Stat", bytes, bytes)
        self._read = channel.unary_stream(SERVICE + "Read", bytes, len)

    @staticmethod
    def _request(digest: str) -> bytes:
        return b"\x0a\x20" + bytes.fromhex(digest)

    def stat(self, digest: str) -> None:
        self._stat(self._request(digest), timeout=TIMEOUT)

    def read(self, digest: str) -> tuple[float, int]:
        """Returns the seconds until the first byte, and how long all messages are."""
        start, first, length = time.perf_counter(), None, 0
        for message_length in self._read(self._request(digest), timeout=TIMEOUT):
            if first is None and message_length > 2:
                first = time.perf_counter() - start
            length += message_length
        return first, length


def each(target: str, *digests: str) -> list[float]:
    peer, seconds = Peer(target), []
    for digest in digests:
        start = time.perf_counter()
        peer.stat(digest)
        peer.read(digest)
        seconds.append(time.perf_counter() - start)
    return seconds


def first(target: str, *digests: str) -> list[float]:
    peer = Peer(target)
    return [peer.read(digest)[0] for digest in digests]


def crowd(target: str, digest: str, readers: str) -> dict[str, list]:
    peers = [Peer(target) for _ in range(int(readers))]
    barrier, results = threading.Barrier(len(peers)), []

    def run(peer: Peer) -> None:
        barrier.wait()
        start = time.perf_counter()
        first, length = peer.read(digest)
        results.append((first, time.perf_counter() - start, length))

    threads = [threading.Thread(target=run, args=[peer]) for peer in peers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    firsts, seconds, lengths = zip(*results)
    return {"first": firsts, "seconds": seconds, "lengths": lengths}


print(json.dumps({"each": each, "first": first, "crowd": crowd}[sys.argv[1]](*sys.argv[2:])))
