# SPDX-License-Identifier: Apache-2.0
"""A near store that fetches from remote ones, some of which lie, stall or break.

Whatever they do: what is read is right, or there is an error, and near holds nothing wrong.
"""

import contextlib
import socket
import threading
from multiprocessing.pool import ThreadPool

import grpc
import pytest

from peers import liars
from peers.clients import Castore, connect, status_of
from peers.command import ABSENT, check_messages
from peers.content import SPLIT_SIZE, digest_of, frames, noise
from peers.cutting_proxy import CuttingProxy
from peers.daemon import Daemon
from peers.extended_server import ExtendedCastore
from peers.liars import mixed_up
from peers.metered_proxy import MeteredProxy
from peers.near import PACKAGE, Near, check_store, substituters
from peers.sockets import address_of, free_address
from peers.stock_server import Shelf, StockCastore, StockServer

MIB = 1 << 20
CONTENT = noise("composition", SPLIT_SIZE)
#: For servers that compute hashes in Python.
SMALLER_CONTENT = noise("composition with hashes", 300_000)
LARGE_CONTENT = noise("composition, large", 10 * MIB)
CONTENTS = [CONTENT, SMALLER_CONTENT, LARGE_CONTENT]
MEMORY_LIMIT = 200 * MIB
TIME_LIMIT = 30
FATAL = liars.FATAL + mixed_up.FATAL
MENDABLE = liars.MENDABLE + mixed_up.MENDABLE
#: Those that may let through what they themselves prove, until the blob is complete.
TRUST = {"trusted": 1}


def by_name(liars):
    return pytest.mark.parametrize("liar", liars, ids=[liar.__name__ for liar in liars])


def put(daemon, *contents):
    with connect(daemon.target) as channel:
        for content in contents:
            Castore(channel, PACKAGE).put(frames(content, MIB))


@pytest.fixture(scope="module")
def remote_a(binary, tmp_path_factory):
    """The remote that is behind a bad line."""
    with Daemon(binary, tmp_path_factory.mktemp("a") / "store") as daemon:
        put(daemon, *CONTENTS)
        yield daemon


@pytest.fixture(scope="module")
def remote_b(binary, tmp_path_factory):
    """The remote that is good."""
    with Daemon(binary, tmp_path_factory.mktemp("b") / "store") as daemon:
        put(daemon, *CONTENTS)
        yield daemon


@pytest.fixture
def peer(liar):
    """A server that lies."""
    with StockServer(liar) as server:
        server.content = SMALLER_CONTENT if issubclass(liar, ExtendedCastore) else CONTENT
        server.digest = server.shelf.put(server.content)
        yield server


@pytest.fixture
def lab(binary, command_for, tmp_path):
    return Lab(binary, command_for, tmp_path)


class Outcome:
    """What came of reading a blob: how it ended, and what had come by then."""

    def __init__(self, is_good, content, told):
        self.is_good = is_good
        self.content = content
        self.told = told

    def check_right(self, content):
        assert self.is_good, self.told
        assert self.content == content

    def check_error(self, content):
        assert not self.is_good, "something is said to have come"
        assert content.startswith(self.content), "wrong bytes have come"

    def check_right_or_error(self, content):
        (self.check_right if self.is_good else self.check_error)(content)


class Lab:
    """Reads blobs with near stores that are new each time."""

    def __init__(self, binary, command_for, folder):
        self._binary = binary
        self._command_for = command_for
        self._folder = folder
        self._count = 0

    def new_folder(self):
        self._count += 1
        return self._folder / f"near{self._count}"

    @contextlib.contextmanager
    def near(self, *remotes):
        """A daemon, whose store holds nothing wrong when it has ended."""
        folder = self.new_folder()
        with Near(self._binary, folder, remotes) as near:
            yield near
            assert near.memory() < MEMORY_LIMIT
        near.kept = check_store(self._binary, folder)

    def through_daemon(self, digest, *remotes):
        """What a stock client gets, and then the command, from a daemon in front of the remotes."""
        with self.near(*remotes) as near:
            first = read(near, digest)
            second = self.get(near.url, digest)
        return [first, second]

    def directly(self, digest, *remotes):
        """What the command gets that has a store of its own."""
        folder = self.new_folder()
        outcome = self.get(folder, digest, *substituters(*remotes))
        kept = check_store(self._binary, folder)
        if outcome.is_good and outcome.content:
            assert digest in kept
        return outcome

    def get(self, store, digest, *options):
        result = self._command_for(store).run("get", *options, digest)
        assert result.memory < MEMORY_LIMIT
        assert result.seconds < TIME_LIMIT
        if result.status != 0:
            check_messages(result)
        return Outcome(result.status == 0, result.output, f"{result.status}: {result.messages}")


def read(near, digest):
    """What a stock client gets."""
    pieces = []
    try:
        for message in near.castore.read_call(digest):
            pieces.append(message.data)
    except grpc.RpcError as error:
        told = f"{error.code()}: {error.details()}\n{near.log}"
        # These would be lies as well, or say that the daemon itself is broken.
        wrong = {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.UNKNOWN}
        assert error.code() not in wrong, told
        return Outcome(False, b"".join(pieces), told)
    return Outcome(True, b"".join(pieces), "")


class TestLiars:
    """Remote A is wrong in one respect."""


    @by_name(FATAL + MENDABLE + liars.HARMLESS)
    def test_with_a_good_one_behind_it_what_comes_through_a_daemon_is_right(
        self, liar, peer, lab, remote_b
    ):
        for outcome in lab.through_daemon(peer.digest, peer.url, remote_b.url):
            outcome.check_right(peer.content)

    @by_name(FATAL + MENDABLE + liars.HARMLESS)
    def test_with_a_good_one_behind_it_what_the_command_gets_is_right(
        self, liar, peer, lab, remote_b
    ):
        lab.directly(peer.digest, peer.url, remote_b.url).check_right(peer.content)

    @by_name(FATAL + MENDABLE + liars.HARMLESS)
    def test_with_a_good_stock_one_behind_it_what_comes_is_right(self, liar, peer, lab):
        with StockServer() as stock:
            stock.shelf.put(peer.content)
            for outcome in lab.through_daemon(peer.digest, peer.url, stock.url):
                outcome.check_right(peer.content)
            lab.directly(peer.digest, peer.url, stock.url).check_right(peer.content)

    @by_name(FATAL)
    def test_alone_it_is_an_error(self, liar, peer, lab):
        for outcome in lab.through_daemon(peer.digest, peer.url):
            outcome.check_error(peer.content)
        lab.directly(peer.digest, peer.url).check_error(peer.content)

    @by_name(MENDABLE)
    def test_alone_it_is_an_error_or_right(self, liar, peer, lab):
        for outcome in lab.through_daemon(peer.digest, peer.url):
            outcome.check_right_or_error(peer.content)
        lab.directly(peer.digest, peer.url).check_right_or_error(peer.content)

    @by_name(liars.HARMLESS)
    def test_alone_what_is_strange_but_right_is_taken(self, liar, peer, lab):
        for outcome in lab.through_daemon(peer.digest, (peer.url, {"timeout": "5s"})):
            if liar is liars.LIARS["UnavailableTwice"]:
                # A substituter is asked again once at most.
                outcome.check_right_or_error(peer.content)
            else:
                outcome.check_right(peer.content)

    @by_name(FATAL + MENDABLE)
    def test_trusted_it_is_found_out_in_the_end(self, liar, peer, lab):
        """What is trusted may send wrong bytes early; only a good end says that all is well."""
        remote = (peer.url, TRUST)
        for outcome in lab.through_daemon(peer.digest, remote):
            if outcome.is_good:
                outcome.check_right(peer.content)

    @by_name([StockCastore, ExtendedCastore])
    def test_stat_through_a_daemon_tells_what_is_so(self, liar, peer, lab):
        with lab.near(peer.url) as near, connect(near.target) as channel:
            own = Castore(channel, PACKAGE, liars.LIARS["ExtendedCastore"].schema)
            reply = own.stat(peer.digest, send_chunks=True, send_bao=True)
            entries = [(chunk.digest, chunk.size) for chunk in reply.chunks]
            assert entries == peer.shelf.chunks(peer.digest)
            assert reply.size == len(peer.content)
            assert read(near, peer.digest).content == peer.content
        assert peer.digest in near.kept

    @by_name(MENDABLE)
    def test_stat_through_a_daemon_is_answered_or_an_error(self, liar, peer, lab):
        with lab.near(peer.url) as near:
            status = status_of(lambda: near.castore.stat(peer.digest, send_chunks=True))
            assert status != grpc.StatusCode.UNKNOWN
            assert near.process.poll() is None


class TestBits:
    """A bit turns on the way from a real daemon."""

    @pytest.fixture(params=[0, 1, 2], ids=["first", "middle", "last"])
    def line(self, request, remote_a):
        starts = [0, len(LARGE_CONTENT) // 2, len(LARGE_CONTENT) - 8]
        start = starts[request.param]
        with MeteredProxy(remote_a.port, needles=[LARGE_CONTENT[start : start + 8]]) as line:
            yield line
            assert line.flip_count, "no bit was turned"

    def test_another_remote_has_it(self, line, lab, remote_b):
        digest = digest_of(LARGE_CONTENT)
        with lab.near(line.url, remote_b.url) as near:
            read(near, digest).check_right(LARGE_CONTENT)
            assert "asked last from now on" in near.log or "sends what is not" in near.log
        assert digest in near.kept
        lab.directly(digest, line.url, remote_b.url).check_right(LARGE_CONTENT)

    def test_no_other_remote_has_it(self, line, lab):
        digest = digest_of(LARGE_CONTENT)
        for outcome in lab.through_daemon(digest, line.url):
            outcome.check_error(LARGE_CONTENT)
        lab.directly(digest, line.url).check_error(LARGE_CONTENT)


class TestBrokenLines:
    """The connection to a real daemon breaks, or falls silent."""

    AFTER = [1, 50, 1000, 30_000, 500_000, 4 * MIB + 1, 9 * MIB, 10 * MIB]

    @pytest.mark.parametrize("after", AFTER)
    def test_a_line_that_breaks_is_left_for_another(self, after, lab, remote_a, remote_b):
        digest = digest_of(LARGE_CONTENT)
        with CuttingProxy(remote_a.port, down=after) as line:
            for outcome in lab.through_daemon(digest, line.url, remote_b.url):
                outcome.check_right(LARGE_CONTENT)
            lab.directly(digest, line.url, remote_b.url).check_right(LARGE_CONTENT)

    @pytest.mark.parametrize("after", AFTER[:3])
    def test_a_line_that_never_lets_anything_through_is_an_error(self, after, lab, remote_a):
        digest = digest_of(LARGE_CONTENT)
        with CuttingProxy(remote_a.port, down=after) as line:
            with lab.near(line.url) as near:
                read(near, digest).check_error(LARGE_CONTENT)
        with CuttingProxy(remote_a.port, down=after) as line:
            lab.directly(digest, line.url).check_error(LARGE_CONTENT)

    @pytest.mark.parametrize("after", AFTER[3:5])
    def test_a_line_that_always_breaks_later_may_do(self, after, lab, remote_a):
        """As long as each connection brings some of the blob it may come to an end, if slowly."""
        digest = digest_of(LARGE_CONTENT)
        with CuttingProxy(remote_a.port, down=after) as line:
            with lab.near(line.url) as near:
                read(near, digest).check_right_or_error(LARGE_CONTENT)
        with CuttingProxy(remote_a.port, down=after) as line:
            lab.directly(digest, line.url).check_right_or_error(LARGE_CONTENT)

    @pytest.mark.parametrize("after", AFTER)
    def test_what_has_come_before_a_break_is_kept(self, after, lab, remote_a):
        """The line breaks once; who asks again gets it all."""
        digest = digest_of(LARGE_CONTENT)
        with CuttingProxy(remote_a.port, down=after, cuts=1) as line:
            with lab.near(line.url) as near:
                read(near, digest).check_right_or_error(LARGE_CONTENT)
                read_within(20, near, digest).check_right(LARGE_CONTENT)
            assert digest in near.kept

    @pytest.mark.parametrize("after", [0, 100, 2 * MIB, 9 * MIB])
    def test_a_line_that_falls_silent_is_left_for_another(self, after, lab, remote_a, remote_b):
        digest = digest_of(LARGE_CONTENT)
        with MeteredProxy(remote_a.port, silence=after) as line:
            for outcome in lab.through_daemon(digest, line.url, remote_b.url):
                outcome.check_right(LARGE_CONTENT)
            lab.directly(digest, line.url, remote_b.url).check_right(LARGE_CONTENT)

    @pytest.mark.parametrize("after", [0, 100, 2 * MIB])
    def test_a_line_that_falls_silent_is_an_error(self, after, lab, remote_a):
        digest = digest_of(LARGE_CONTENT)
        with MeteredProxy(remote_a.port, silence=after) as line:
            for outcome in lab.through_daemon(digest, line.url):
                outcome.check_error(LARGE_CONTENT)

    def test_a_remote_that_dies_and_comes_back_is_used_again(self, binary, lab, tmp_path):
        folder, address = tmp_path / "mortal", free_address()
        with Daemon(binary, folder, listen=address) as mortal:
            put(mortal, *CONTENTS)
            with lab.near(mortal.url) as near:
                read(near, digest_of(CONTENT)).check_right(CONTENT)
                mortal.process.kill()
                mortal.process.wait()
                read(near, digest_of(CONTENT)).check_right(CONTENT)
                read(near, digest_of(LARGE_CONTENT)).check_error(LARGE_CONTENT)
                with Daemon(binary, folder, listen=address):
                    outcome = read_within(20, near, digest_of(LARGE_CONTENT))
                outcome.check_right(LARGE_CONTENT)


class TestSlowLines:
    """Something comes all the time, more slowly than anyone would like."""

    def test_a_slow_stock_remote_is_not_given_up(self, lab):
        content = noise("slow", 8 * MIB)
        with StockServer() as stock:
            digest = stock.shelf.put(content)
            with MeteredProxy(stock.port, rate=2 * MIB) as line:
                lab.directly(digest, line.url).check_right(content)

    def test_a_slow_remote_is_not_given_up(self, lab, remote_a):
        with MeteredProxy(remote_a.port, rate=2 * MIB) as line:
            lab.directly(digest_of(LARGE_CONTENT), line.url).check_right(LARGE_CONTENT)


def read_within(seconds, near, digest):
    """What comes when it is tried again and again: a remote that has failed is left alone."""
    for _ in range(seconds):
        outcome = read(near, digest)
        if outcome.is_good:
            break
        threading.Event().wait(1)
    return outcome


@pytest.fixture(params=["refuses", "hangs up", "never answers"])
def dead(request):
    """The URL of a server that is none."""
    if request.param == "refuses":
        yield f"grpc+http://{free_address()}"
        return
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept():
            kept = []
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    if request.param == "hangs up":
                        client.close()
                    else:
                        kept.append(client)

        threading.Thread(target=accept, daemon=True).start()
        yield f"grpc+http://{address_of(listener)}"
        listener.shutdown(socket.SHUT_RDWR)


class TestDeadRemotes:
    """Nobody answers at remote A."""

    def test_another_one_is_asked(self, dead, lab, remote_b):
        digest = digest_of(CONTENT)
        for outcome in lab.through_daemon(digest, dead, remote_b.url):
            outcome.check_right(CONTENT)
        lab.directly(digest, dead, remote_b.url).check_right(CONTENT)

    def test_alone_it_is_an_error(self, dead, lab):
        digest = digest_of(CONTENT)
        for outcome in lab.through_daemon(digest, dead):
            outcome.check_error(b"")
        lab.directly(digest, dead).check_error(b"")

    def test_what_the_other_has_not_got_counts_as_absent(self, dead, lab, remote_b, command_for):
        absent = digest_of(b"absent")
        with lab.near(dead, remote_b.url) as near:
            assert not near.castore.has(absent)
            assert status_of(lambda: near.castore.read(absent)) == grpc.StatusCode.NOT_FOUND
            assert command_for(near.url).run("get", absent).status == ABSENT
        check_absent(command_for(lab.new_folder()), absent, dead, remote_b.url)


class TestAbsence:
    """No remote has the blob."""

    def test_through_a_daemon(self, lab, remote_a, remote_b, command_for):
        absent = digest_of(b"absent")
        with lab.near(remote_a.url, remote_b.url) as near:
            assert not near.castore.has(absent)
            assert status_of(lambda: near.castore.read(absent)) == grpc.StatusCode.NOT_FOUND
            for name in ["get", "cat", "stat", "chunks", "has"]:
                assert command_for(near.url).run(name, absent).status == ABSENT
        assert near.kept == set()

    def test_directly(self, lab, remote_a, remote_b, command_for, tmp_path):
        absent = digest_of(b"absent")
        check_absent(command_for(lab.new_folder()), absent, remote_a.url, remote_b.url)

    def test_a_stock_remote_has_it_not_either(self, lab, remote_b, stock_server, command_for):
        absent = digest_of(b"absent")
        check_absent(command_for(lab.new_folder()), absent, stock_server.url, remote_b.url)


def check_absent(command, digest, *remotes):
    """Makes the folder first, so that what is missing is the blob."""
    assert command.run("put", content=b"something else").status == 0
    for name in ["get", "cat", "stat", "chunks", "has"]:
        result = command.run(name, *substituters(*remotes), digest)
        assert result.status == ABSENT, f"{name}: {result.messages}"


class TestManyReaders:
    """Many clients at once, some of the same blob, while remotes break and lie."""

    @by_name([liars.LIARS["WrongBytes"], liars.LIARS["TruncatedStream"]])
    def test_each_gets_what_is_right(self, liar, peer, lab, remote_a, remote_b):
        for content in CONTENTS:
            peer.shelf.put(content)
        with CuttingProxy(remote_a.port, down=3 * MIB) as line, ThreadPool(12) as pool:
            with lab.near(line.url, (peer.url, {"priority": 0}), remote_b.url) as near:
                outcomes = pool.map(lambda blob: read(near, digest_of(blob)), CONTENTS * 4)
        for outcome, content in zip(outcomes, CONTENTS * 4, strict=True):
            outcome.check_right(content)
        assert {digest_of(content) for content in CONTENTS} <= near.kept


class TestStockRemotes:
    """A remote of others, without hashes: chunk by chunk, and checked as a whole in the end."""

    @pytest.fixture(params=[{}, TRUST], ids=["untrusted", "trusted"])
    def parameters(self, request):
        return request.param

    @pytest.mark.parametrize("size", [0, 1, 1000, 300_000, SPLIT_SIZE, 20 * MIB])
    def test_all_sizes_come(self, size, parameters, lab):
        content = noise("stock", size)
        with StockServer(StockCastore) as stock:
            digest = stock.shelf.put(content)
            remote = (stock.url, {"timeout": "20s", **parameters})
            for outcome in lab.through_daemon(digest, remote):
                outcome.check_right(content)
            lab.directly(digest, remote).check_right(content)

    def test_chunks_are_read_by_their_own_digests(self, parameters, lab):
        with StockServer(StockCastore) as stock:
            digest = stock.shelf.put(CONTENT)
            with lab.near((stock.url, parameters)) as near:
                read(near, digest).check_right(CONTENT)
            read_digests = [called for method, called in stock.calls if method == "Read"]
            chunks = [chunk for chunk, _ in stock.shelf.chunks(digest)]
        assert sorted(read_digests) == sorted(chunks)

    def test_chunks_that_near_has_are_not_fetched(self, parameters, lab):
        """From another blob with the same beginning."""
        other = CONTENT[: 2 * MIB] + noise("another end", MIB)
        with StockServer(StockCastore, shelf=Shelf(chunk_size=256 << 10)) as stock:
            first, second = stock.shelf.put(CONTENT), stock.shelf.put(other)
            with lab.near((stock.url, parameters)) as near:
                read(near, first).check_right(CONTENT)
                stock.calls.clear()
                read(near, second).check_right(other)
            assert sum(method == "Read" for method, _ in stock.calls) == 4

    def test_first_bytes_come_early_from_those_that_are_trusted_alone(self, parameters, lab):
        content = noise("early bytes", SPLIT_SIZE)
        with StockServer() as stock:
            digest = stock.shelf.put(content)
            with MeteredProxy(stock.port, rate=MIB) as line:
                with lab.near((line.url, {"timeout": "20s", **parameters})) as near:
                    call = near.castore.read_call(digest)
                    next(iter(call))
                    comes_early = line.byte_count < len(content)
                    call.cancel()
        assert comes_early == bool(parameters)

    def test_a_range_comes(self, parameters, lab, command_for):
        with StockServer() as stock:
            digest = stock.shelf.put(CONTENT)
            words = ["--range", "1000000-1500000", digest]
            remote = substituters((stock.url, parameters))
            result = command_for(lab.new_folder()).run("get", *remote, *words)
        assert (result.status, result.output) == (0, CONTENT[1_000_000:1_500_000])


class TestChains:
    """A near store in front of a near store in front of a remote."""

    @pytest.mark.parametrize("content", CONTENTS, ids=["split", "smaller", "large"])
    def test_what_was_read_once_is_in_all_of_them(self, content, binary, lab, tmp_path):
        digest = digest_of(content)
        with Daemon(binary, tmp_path / "remote") as remote:
            put(remote, content)
            with lab.near(remote.url) as near, lab.near(near.url) as nearest:
                read(nearest, digest).check_right(content)
                remote.process.terminate()
                remote.process.wait(20)
                read(near, digest).check_right(content)
                near.process.terminate()
                near.process.wait(20)
                read(nearest, digest).check_right(content)
        assert digest in near.kept & nearest.kept

    @by_name(FATAL)
    def test_a_lie_does_not_pass_any_of_them(self, liar, peer, lab):
        with lab.near(peer.url) as near, lab.near((near.url, {"timeout": "6s"})) as nearest:
            outcome = read(nearest, peer.digest)
        outcome.check_error(peer.content)

    def test_absence_passes_all_of_them(self, lab, remote_b):
        with lab.near(remote_b.url) as near, lab.near(near.url) as nearest:
            absent = digest_of(b"absent")
            assert status_of(lambda: nearest.castore.read(absent)) == grpc.StatusCode.NOT_FOUND
            assert not nearest.castore.has(absent)
