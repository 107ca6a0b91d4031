# SPDX-License-Identifier: Apache-2.0
"""A fetch whose process is killed goes on from where it was, and fetches little twice.

`BLOBSTORE_KILLS` is how often processes of each kind are killed, 4 times unless told, and
`BLOBSTORE_FETCH_MIB` how large the blob is, 256 unless told. The full proof takes ten minutes with
a release build, so that most of the time goes by on the line:

    BLOBSTORE_KILLS=50 \\
        dev/test-peers.sh .build/release/blobstore test_interrupted_fetch.py -n 0
"""

import contextlib
import hashlib
import os
import random
import shutil
import statistics
import subprocess
import time
from collections import Counter

import grpc
import pytest

from peers.clients import Castore, connect
from peers.content import digest_of, frames, noise
from peers.daemon import Daemon
from peers.metered_proxy import MeteredProxy
from peers.near import PACKAGE, Near, check_store, substituters
from peers.stock_server import Shelf, StockServer

MIB = 1 << 20
KILLS = int(os.environ.get("BLOBSTORE_KILLS", "4"))
SIZE = int(os.environ.get("BLOBSTORE_FETCH_MIB", "256")) * MIB
RATE = 120 * MIB
#: How much of the blob may be fetched twice.
WASTE_LIMIT = 0.05
#: A debug build takes a while.
PATIENT = {"timeout": "60s"}
FETCH_TIME = 120
#: How much is on its way at once, and how much may not be journalled.
WINDOW, JOURNAL = 16 * MIB, 4 * MIB


@pytest.fixture(scope="module")
def content():
    # Python makes no more than 256 MiB at once.
    parts = [noise(("interrupted", start), 8 * MIB) for start in range(0, SIZE, 8 * MIB)]
    return b"".join(parts)[:SIZE]


@pytest.fixture(scope="module")
def remote(binary, tmp_path_factory, content):
    with Daemon(binary, tmp_path_factory.mktemp("remote") / "store") as daemon:
        with connect(daemon.target) as channel:
            Castore(channel, PACKAGE).put(frames(content, MIB), timeout=FETCH_TIME)
        yield daemon


class CommandFetch:
    """Fetches with a command that has a store of its own."""

    def __init__(self, binary, near, url, digest):
        words = [binary, "get", "--store", near, *substituters(url), digest.hex()]
        self._words = [str(word) for word in words]
        self._process = None

    def start(self):
        self._process = subprocess.Popen(
            self._words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def go_on(self, seconds):
        time.sleep(seconds)

    def kill(self):
        """Returns whether there was something to kill."""
        if self._process.poll() is not None:
            return False
        self._process.kill()
        self._process.wait()
        return True

    def finish(self):
        """Fetches to the end and returns the hash of what has come."""
        done = subprocess.run(self._words, stdout=subprocess.PIPE, timeout=FETCH_TIME, check=True)
        return hashlib.sha256(done.stdout).digest()


class DaemonFetch:
    """Fetches with a daemon for a client."""

    def __init__(self, binary, near, url, digest):
        self._near = lambda: Near(binary, near, [url])
        self._digest = digest
        self._running = contextlib.ExitStack()

    def start(self):
        self._daemon = self._running.enter_context(self._near())
        self._call = self._daemon.castore.read_call(self._digest, timeout=FETCH_TIME)
        self._is_done = False

    def go_on(self, seconds):
        """Takes for a while what comes, so that the fetch does not wait for its reader."""
        deadline = time.monotonic() + seconds
        for _ in self._call:
            if time.monotonic() > deadline:
                return
        self._is_done = True

    def kill(self):
        self._daemon.process.kill()
        self._daemon.process.wait()
        with contextlib.suppress(grpc.RpcError):
            for _ in self._call:
                pass
        self._running.close()
        return not self._is_done

    def finish(self):
        content = hashlib.sha256()
        with self._near() as daemon:
            for message in daemon.castore.read_call(self._digest, timeout=FETCH_TIME):
                content.update(message.data)
        return content.digest()


def fetch_once(kind, binary, remote, near, digest):
    """What an uninterrupted fetch takes: in bytes, in seconds."""
    with MeteredProxy(remote.port, rate=RATE) as line:
        start = time.monotonic()
        kind(binary, near, (line.url, PATIENT), digest).finish()
        return line.byte_count, time.monotonic() - start


def fetch_twice(kind, binary, remote, near, digest, moment):
    """Kills a fetch at a moment, and fetches the rest; `None` if it had ended before.

    Returns the hash of what has come, and how many bytes had when it was killed, and in all.
    """
    with MeteredProxy(remote.port, rate=RATE) as line:
        fetch = kind(binary, near, (line.url, PATIENT), digest)
        fetch.start()
        fetch.go_on(moment)
        if not fetch.kill():
            return None
        line.cut()
        first = line.byte_count
        return fetch.finish(), first, line.byte_count


@pytest.mark.timeout(120 + 90 * KILLS)
@pytest.mark.parametrize("kind", [CommandFetch, DaemonFetch])
def test_little_is_fetched_twice(kind, binary, remote, content, tmp_path, capsys):
    digest = digest_of(content)
    right = hashlib.sha256(content).digest()
    count, seconds = fetch_once(kind, binary, remote, tmp_path / "measure", digest)
    moments = random.Random(f"{kind.__name__} {KILLS}")
    waste = []
    for _ in range(KILLS):
        near, outcome = tmp_path / "near", None
        while outcome is None:
            shutil.rmtree(near, ignore_errors=True)
            moment = moments.uniform(0.02, 0.95) * seconds
            outcome = fetch_twice(kind, binary, remote, near, digest, moment)
        got, first, total = outcome
        assert got == right
        assert check_store(binary, near) == {digest}
        waste.append((first, total - count))
    with capsys.disabled():
        print(describe(kind.__name__, count, seconds, waste))
    too_much = [entry for entry in waste if entry[1] > WASTE_LIMIT * SIZE]
    assert not too_much, f"(fetched before the kill, fetched twice): {too_much}"


@pytest.mark.parametrize("parameters", [{}, {"trusted": 1}], ids=["untrusted", "trusted"])
def test_few_chunks_of_a_stock_server_are_fetched_twice(binary, tmp_path, parameters):
    """Those that were on their way, and those that were not journalled yet."""
    chunk_size = 256 << 10
    content = noise("interrupted chunks", 64 * MIB)
    with StockServer(shelf=Shelf(chunk_size=chunk_size)) as stock:
        digest = stock.shelf.put(content)
        with MeteredProxy(stock.port, rate=12 * MIB) as line:
            url, near = (line.url, {**PATIENT, **parameters}), tmp_path / "near"
            fetch = CommandFetch(binary, near, url, digest)
            fetch.start()
            while line.byte_count < 32 * MIB:
                fetch.go_on(0.05)
            assert fetch.kill()
            line.cut()
            assert fetch.finish() == hashlib.sha256(content).digest()
        reads = Counter(called for method, called in stock.calls if method == "Read")
    again = sum(count - 1 for count in reads.values())
    assert again * chunk_size <= WINDOW + JOURNAL + MIB
    assert check_store(binary, near) == {digest}


def describe(name, count, seconds, waste):
    shares = sorted(100 * lost / SIZE for _, lost in waste)
    reached = sorted(100 * first / count for first, _ in waste)
    return (
        f"\n{name}: {len(waste)} kills, uninterrupted {count} bytes in {seconds:.1f} s,"
        f" killed after {reached[0]:.0f} to {reached[-1]:.0f} %; fetched twice in %: least"
        f" {shares[0]:.2f}, median {statistics.median(shares):.2f}, most {shares[-1]:.2f};"
        f" all: {' '.join(f'{share:.2f}' for share in shares)}"
    )
