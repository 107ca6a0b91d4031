# SPDX-License-Identifier: Apache-2.0
"""Put: what commits, and what does not."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from peers.clients import Castore, connect, status_of
from peers.content import EMPTY_DIGEST, SPLIT_SIZE, digest_of, frames, noise
from peers.cutting_proxy import CuttingProxy

MIB = 1 << 20


def test_the_digest_is_that_of_the_content(castore):
    content = noise("put", 300_000)
    assert castore.put([content]) == digest_of(content)


def test_a_stream_without_messages_is_the_empty_blob(castore):
    assert castore.put([]) == EMPTY_DIGEST
    assert castore.read(EMPTY_DIGEST) == b""


def test_messages_without_content_change_nothing(castore):
    content = noise("holes", 5000)
    pieces = [b"", content[:1000], b"", b"", content[1000:], b""]
    assert castore.put(pieces) == digest_of(content)
    assert castore.read(digest_of(content)) == content
    assert castore.put([b"", b""]) == EMPTY_DIGEST


@pytest.mark.parametrize(
    ("size", "frame"),
    [(3000, 1), (200_000, 8 << 10), (SPLIT_SIZE, 128 << 10), (SPLIT_SIZE, MIB + 1)],
)
def test_where_messages_end_does_not_matter(castore, size, frame):
    content = noise(("frames", size), size)
    assert castore.put(frames(content, frame)) == digest_of(content)
    assert castore.read(digest_of(content)) == content


def test_messages_may_be_as_large_as_every_peer_takes_them(castore):
    content = noise("large frames", 9 * MIB)
    largest = 4 * MIB - 1 - len(b"\x0a\xff\xff\xff\x01")
    assert castore.put(frames(content, largest)) == digest_of(content)
    assert castore.read(digest_of(content)) == content


def test_messages_may_have_content_of_4_mib_less_a_byte(stock_client):
    content = noise("larger frames", 9 * MIB)
    assert stock_client.put(frames(content, 4 * MIB - 1)) == digest_of(content)


def test_a_blob_may_be_put_twice(castore):
    content = noise("twice", SPLIT_SIZE)
    assert castore.put([content]) == castore.put(frames(content, 100_000)) == digest_of(content)
    assert castore.read(digest_of(content)) == content


def test_a_blob_may_be_put_many_times_at_once(castore):
    content = noise("at once", MIB)
    with ThreadPoolExecutor(8) as pool:
        digests = list(pool.map(castore.put, [frames(content, 50_000)] * 8))
    assert digests == [digest_of(content)] * 8
    assert castore.read(digest_of(content)) == content


def test_an_early_end_stores_what_came(castore):
    content = noise("early", SPLIT_SIZE)
    assert castore.put(frames(content, MIB)[:1]) == digest_of(content[:MIB])
    assert not castore.has(digest_of(content))


@pytest.mark.parametrize("size", [1000, SPLIT_SIZE])
def test_a_cancelled_stream_stores_nothing(stock_client, size):
    content = noise(("cancelled", size), size)
    source = Unfinished(frames(content, 100_000))
    call = stock_client.put_call(source)
    source.wait_until_sent()
    call.cancel()
    assert call.code() == grpc.StatusCode.CANCELLED
    assert not stock_client.has(digest_of(content))


def test_a_stream_of_a_client_that_goes_away_stores_nothing(daemon, stock_client):
    content = noise("gone", SPLIT_SIZE)
    with (
        CuttingProxy(daemon.port, up=SPLIT_SIZE + 10_000) as proxy,
        connect(proxy.target) as channel,
    ):
        castore = Castore(channel, stock_client.package)
        source = itertools.chain(frames(content, 100_000), [noise("rest", SPLIT_SIZE)])
        assert status_of(lambda: castore.put(source)) == grpc.StatusCode.UNAVAILABLE
    assert not stock_client.has(digest_of(content))


def test_a_stream_that_misses_its_deadline_stores_nothing(stock_client):
    content = noise("late", SPLIT_SIZE)
    source = Unfinished(frames(content, 100_000))
    status = status_of(lambda: stock_client.put(source, timeout=1))
    source.end()
    assert status == grpc.StatusCode.DEADLINE_EXCEEDED
    assert not stock_client.has(digest_of(content))


class Unfinished:
    """Pieces after which the stream neither goes on nor ends, until it is told to."""

    def __init__(self, pieces):
        self._pieces = iter(pieces)
        self._is_sent = threading.Event()
        self._may_end = threading.Event()

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return next(self._pieces)
        except StopIteration:
            self._is_sent.set()
            self._may_end.wait(30)
            raise

    def wait_until_sent(self):
        assert self._is_sent.wait(10)

    def end(self):
        self._may_end.set()
