# SPDX-License-Identifier: Apache-2.0
"""What a near daemon takes: memory that is bounded, and nothing that it does not give back."""

import contextlib
import time

import grpc
import pytest

from peers.clients import NARROW, Castore, connect
from peers.content import SPLIT_SIZE, digest_of, frames, noise
from peers.cutting_proxy import CuttingProxy
from peers.daemon import Daemon
from peers.liars.content import EndlessStream, StallingStream, TruncatedStream, WrongBytes
from peers.liars.despite_hashes import WrongBytesDespiteBao
from peers.metered_proxy import MeteredProxy
from peers.near import (
    PACKAGE,
    Near,
    busy_seconds,
    check_store,
    descriptors,
    settle,
    thread_count,
)
from peers.stock_server import Shelf, StockServer

MIB = 1 << 20
LARGE_SIZE = 256 * MIB
MEMORY_LIMIT = 200 * MIB
PATIENT = {"timeout": "60s"}
ROUNDS = 6
#: The store opens its index and packs for as many readers as there are at once: not in each round.
SLACK = 6


def put(daemon, *contents):
    with connect(daemon.target) as channel:
        for content in contents:
            Castore(channel, PACKAGE).put(frames(content, MIB), timeout=120)


@pytest.fixture(scope="module")
def large():
    return b"".join(noise(("costs", part), LARGE_SIZE // 4) for part in range(4))


@pytest.fixture(scope="module")
def remote(binary, tmp_path_factory, large):
    with Daemon(binary, tmp_path_factory.mktemp("remote") / "store") as daemon:
        put(daemon, large)
        yield daemon


def check_read(near, content, timeout=240):
    """Reads without keeping more of the content than there is."""
    position = 0
    for message in near.castore.read_call(digest_of(content), timeout=timeout):
        end = position + len(message.data)
        assert message.data == content[position:end]
        position = end
    assert position == len(content)


@pytest.mark.timeout(300)
class TestMemory:
    """Blobs of 256 MiB, which take much longer with a debug build."""

    def test_a_large_blob_from_a_daemon(self, binary, tmp_path, remote, large):
        with Near(binary, tmp_path / "near", [(remote.url, PATIENT)]) as near:
            check_read(near, large)
            assert near.memory() < MEMORY_LIMIT
        assert remote.memory() < MEMORY_LIMIT
        assert check_store(binary, tmp_path / "near") == {digest_of(large)}

    def test_a_large_blob_from_a_stock_server(self, binary, tmp_path, large):
        with StockServer(shelf=Shelf(chunk_size=MIB)) as stock:
            digest = stock.shelf.put(large)
            with Near(binary, tmp_path / "near", [(stock.url, PATIENT)]) as near:
                check_read(near, large)
                assert near.memory() < MEMORY_LIMIT
        assert check_store(binary, tmp_path / "near") == {digest}

    def test_readers_that_take_nothing(self, binary, tmp_path, remote, large):
        """Ten clients of one blob, of which each takes a message and then no more."""
        with Near(binary, tmp_path / "near", [(remote.url, PATIENT)]) as near:
            with contextlib.ExitStack() as stack:
                for _ in range(10):
                    channel = stack.enter_context(connect(near.target, options=NARROW))
                    call = Castore(channel, PACKAGE).read_call(digest_of(large), timeout=60)
                    next(iter(call))
                    stack.callback(call.cancel)
                time.sleep(5)
                assert near.memory() < MEMORY_LIMIT
        check_store(binary, tmp_path / "near")


class TestLeaks:
    """Round after round of failures, and what is left of them."""

    @pytest.fixture
    def remotes(self, remote):
        """A bad one of each kind, each in front of the same good one."""
        with contextlib.ExitStack() as stack:
            liars = [
                stack.enter_context(StockServer(liar))
                for liar in [
                    WrongBytes,
                    TruncatedStream,
                    EndlessStream,
                    StallingStream,
                    WrongBytesDespiteBao,
                ]
            ]
            lines = [
                stack.enter_context(CuttingProxy(remote.port, down=500_000)),
                stack.enter_context(MeteredProxy(remote.port, silence=400_000)),
            ]
            yield liars, lines

    @pytest.mark.timeout(300)
    def test_nothing_is_left_after_failures(self, binary, tmp_path, remote, remotes):
        liars, lines = remotes
        urls = [(server.url, {"timeout": "1s", "priority": 0}) for server in [*lines, *liars]]
        urls.append((remote.url, {"timeout": "10s", "priority": 9}))
        with Near(binary, tmp_path / "near", urls) as near:
            pid = near.process.pid
            self._do_rounds(near, remote, liars, range(2))
            time.sleep(2)
            before, sockets_before = descriptors(pid)
            threads_before = thread_count(pid)
            self._do_rounds(near, remote, liars, range(2, 2 + ROUNDS))
            sockets = settle(lambda: descriptors(pid)[1], sockets_before)
            assert sockets <= sockets_before, "connections are left"
            limit = before + SLACK
            assert settle(lambda: descriptors(pid)[0], limit) <= limit, "descriptors are left"
            assert settle(lambda: thread_count(pid), threads_before) <= threads_before
            assert busy_seconds(pid) < 0.2, "something still works"
            assert near.memory() < MEMORY_LIMIT
        check_store(binary, tmp_path / "near")

    def _do_rounds(self, near, remote, liars, rounds):
        for number in rounds:
            content = noise(("leaks", number), SPLIT_SIZE)
            smaller = noise(("leaks, smaller", number), 300_000)
            put(remote, content, smaller)
            for liar in liars:
                liar.shelf.put(content)
                liar.shelf.put(smaller)
            for blob in [content, smaller]:
                self._give_up(near, digest_of(blob))
                assert near.castore.read(digest_of(blob)) == blob
            assert not near.castore.has(digest_of(f"absent {number}".encode()))

    def _give_up(self, near, digest):
        """Reads the beginning, on a connection of its own, and goes away."""
        with connect(near.target, options=NARROW) as channel:
            call = Castore(channel, PACKAGE).read_call(digest)
            with contextlib.suppress(grpc.RpcError):
                next(iter(call))
            call.cancel()

    def test_readers_that_go_leave_nothing(self, binary, tmp_path, remote):
        """The remote is slow, so that each of them goes while something is on its way."""
        content = noise("readers that go", 4 * SPLIT_SIZE)
        put(remote, content)
        with MeteredProxy(remote.port, rate=2 * MIB) as line:
            with Near(binary, tmp_path / "near", [(line.url, PATIENT)]) as near:
                pid = near.process.pid
                for _ in range(3):
                    self._give_up(near, digest_of(content))
                time.sleep(1)
                limit, threads_before = descriptors(pid)[0] + SLACK, thread_count(pid)
                for _ in range(20):
                    self._give_up(near, digest_of(content))
                assert settle(lambda: descriptors(pid)[0], limit) <= limit
                assert settle(lambda: thread_count(pid), threads_before) <= threads_before
                count = settled_count(line)
                time.sleep(1)
                assert line.byte_count == count, "it is fetched though nobody reads"
                assert busy_seconds(pid) < 0.2
                assert near.castore.read(digest_of(content)) == content
        assert digest_of(content) in check_store(binary, tmp_path / "near")

    def test_connections_end_with_the_daemon(self, binary, tmp_path, remote):
        with MeteredProxy(remote.port) as line:
            content = noise("connections", SPLIT_SIZE)
            put(remote, content)
            with Near(binary, tmp_path / "near", [(line.url, PATIENT)]) as near:
                assert near.castore.read(digest_of(content)) == content
                assert line.open_count == 1
            assert settle(lambda: line.open_count, 0, seconds=5) == 0


def settled_count(line):
    """How much has come when a second has passed without anything."""
    count = -1
    deadline = time.monotonic() + 20
    while count != line.byte_count and time.monotonic() < deadline:
        count = line.byte_count
        time.sleep(1)
    return count
