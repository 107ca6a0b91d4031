# SPDX-License-Identifier: Apache-2.0
"""Who waits for a blob that is fetched from elsewhere learns from where, and how far it is."""

import contextlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import threading
import time

import pytest

from peers.clients import Castore, Service, connect
from peers.command import Command
from peers.content import SPLIT_SIZE, digest_of, frames, noise
from peers.cutting_proxy import CuttingProxy
from peers.daemon import Daemon
from peers.liars.content import WrongBytes
from peers.metered_proxy import MeteredProxy
from peers.near import PACKAGE, Near, substituters
from peers.stock_server import StockServer

MIB = 1 << 20
STARTED, RUNNING, DONE, FAILED, RETRIED, DEMOTED = range(1, 7)
READ, WRITE, FETCH = 1, 2, 3
#: On a slow line two seconds are not enough.
NAME = {"name": "the-remote", "timeout": "10s"}
CONTENT = noise("feedback", 12 * MIB)
DIGEST = digest_of(CONTENT)


@pytest.fixture(scope="module")
def remote(binary, tmp_path_factory):
    with Daemon(binary, tmp_path_factory.mktemp("remote") / "store") as daemon:
        with connect(daemon.target) as channel:
            Castore(channel, PACKAGE).put(frames(CONTENT, MIB))
        yield daemon


@pytest.fixture
def line(remote):
    """A line on which the blob takes some seconds."""
    with MeteredProxy(remote.port, rate=4 * MIB) as line:
        yield line


class Events:
    """The events that a server tells of some blobs, or of all."""

    def __init__(self, near, *digests):
        service = Service(near.channel, "blobstore.v1.BlobStore")
        self._call = service.call("Watch", service.message("WatchRequest")(digests=digests))
        self.all = []

    def __enter__(self):
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()
        # The call has no answer before the first event.
        time.sleep(0.5)
        return self

    def __exit__(self, *_):
        # What has happened may still be on its way.
        time.sleep(0.5)
        self._call.cancel()
        self._thread.join()

    def _collect(self):
        with contextlib.suppress(Exception):
            for event in self._call:
                self.all.append(event)

    def of(self, direction):
        return [event for event in self.all if event.direction == direction]


def check_counts(events, size):
    """Counts never fall, and are of the whole blob."""
    assert {event.total_byte_count for event in events} == {size}
    counts = [event.byte_count for event in events]
    assert counts == sorted(counts)
    assert counts[-1] == size


class TestWatch:
    """The near daemon tells one client what it does for another."""

    def test_a_cold_read_is_a_fetch_from_the_remote(self, binary, tmp_path, line):
        with Near(binary, tmp_path / "near", [(line.url, NAME)]) as near:
            with Events(near, DIGEST) as events:
                assert near.castore.read(DIGEST) == CONTENT
            fetch, read = events.of(FETCH), events.of(READ)
        assert len({event.transfer for event in fetch}) == 1
        assert (fetch[0].state, fetch[-1].state) == (STARTED, DONE)
        assert {event.state for event in fetch[1:-1]} == {RUNNING}
        assert {event.source for event in fetch} - {""} == {"the-remote"}
        assert {event.digest for event in fetch} == {DIGEST}
        check_counts(fetch, len(CONTENT))
        assert len({event.byte_count for event in fetch}) > 5, "nothing is told between the ends"
        assert (read[0].state, read[-1].state) == (STARTED, DONE)
        check_counts(read, len(CONTENT))

    def test_a_warm_read_is_no_fetch(self, binary, tmp_path, remote):
        with Near(binary, tmp_path / "near", [(remote.url, NAME)]) as near:
            near.castore.read(DIGEST)
            with Events(near, DIGEST) as events:
                near.castore.read(DIGEST)
        assert events.of(READ)
        assert not events.of(FETCH)

    def test_two_readers_share_one_fetch(self, binary, tmp_path, line):
        with Near(binary, tmp_path / "near", [(line.url, NAME)]) as near:
            with Events(near, DIGEST) as events:
                calls = [near.castore.read_call(DIGEST) for _ in range(2)]
                contents = [b"".join(piece.data for piece in call) for call in calls]
        assert contents == [CONTENT] * 2
        assert len({event.transfer for event in events.of(FETCH)}) == 1
        assert len({event.transfer for event in events.of(READ)}) == 2
        assert line.byte_count < 1.1 * len(CONTENT)

    def test_a_fetch_that_nobody_waits_for_any_more_fails(self, binary, tmp_path, line):
        with Near(binary, tmp_path / "near", [(line.url, NAME)]) as near:
            with Events(near, DIGEST) as events:
                call = near.castore.read_call(DIGEST)
                next(iter(call))
                call.cancel()
                time.sleep(1)
        last = events.of(FETCH)[-1]
        assert last.state == FAILED
        assert last.status.code != 0
        assert line.byte_count < len(CONTENT)

    def test_a_break_is_told_and_who_goes_on(self, binary, tmp_path, remote):
        with CuttingProxy(remote.port, down=2 * MIB) as broken:
            with Near(binary, tmp_path / "near", [broken.url, remote.url]) as near:
                with Events(near, DIGEST) as events:
                    assert near.castore.read(DIGEST) == CONTENT
        fetch = events.of(FETCH)
        retried = [event for event in fetch if event.state == RETRIED]
        assert {event.source for event in retried} == {"A"}
        assert all(event.status.message for event in retried)
        assert (fetch[-1].state, fetch[-1].source) == (DONE, "B")
        check_counts(fetch, len(CONTENT))

    def test_a_lie_is_told(self, binary, tmp_path):
        content = noise("lie", SPLIT_SIZE)
        with StockServer(WrongBytes) as liar, StockServer() as honest:
            liar.shelf.put(content)
            digest = honest.shelf.put(content)
            with Near(binary, tmp_path / "near", [liar.url, honest.url]) as near:
                with Events(near, digest) as events:
                    assert near.castore.read(digest) == content
        fetch = events.of(FETCH)
        demoted = [event for event in fetch if event.state == DEMOTED]
        assert {event.source for event in demoted} == {"A"}
        assert all(event.status.message for event in demoted)
        assert fetch[-1].state == DONE


class TestWatchCommand:
    """`blobstore watch` tells it line by line."""

    @contextlib.contextmanager
    def watching(self, binary, near, *words):
        """The lines that are printed; complete afterwards."""
        command = [binary, "watch", "--store", near.url, *words]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        time.sleep(1)
        lines = []
        try:
            yield lines
            time.sleep(0.5)
        finally:
            process.send_signal(signal.SIGINT)
            output, messages = process.communicate(timeout=20)
        assert process.returncode == 130, messages
        lines += output.splitlines()

    def test_json_lines(self, binary, tmp_path, line):
        with Near(binary, tmp_path / "near", [(line.url, NAME)]) as near:
            with self.watching(binary, near, "--json", DIGEST.hex()) as lines:
                near.castore.read(DIGEST)
        events = [json.loads(text) for text in lines]
        assert {event["digest"] for event in events} == {DIGEST.hex()}
        assert {event["total"] for event in events} == {len(CONTENT)}
        fetch = [event for event in events if event["direction"] == "fetch"]
        assert (fetch[0]["event"], fetch[-1]["event"]) == ("started", "finished")
        assert fetch[-1]["source"] == "the-remote"
        assert fetch[-1]["bytes"] == len(CONTENT)
        counts = [event["bytes"] for event in fetch]
        assert counts == sorted(counts)

    def test_lines_for_people(self, binary, tmp_path, line):
        with Near(binary, tmp_path / "near", [(line.url, NAME)]) as near:
            with self.watching(binary, near) as lines:
                near.castore.read(DIGEST)
        fetch = [text for text in lines if text.startswith("fetch ")]
        assert any(f"{DIGEST.hex()} from the-remote: " in text for text in fetch)
        assert "done, 12" in fetch[-1]

    def test_other_blobs_are_not_told(self, binary, tmp_path, remote):
        with Near(binary, tmp_path / "near", [(remote.url, NAME)]) as near:
            with self.watching(binary, near, "--json", digest_of(b"other").hex()) as lines:
                near.castore.read(DIGEST)
        assert lines == []

    def test_a_folder_tells_nothing(self, binary, tmp_path):
        folder = tmp_path / "store"
        Command(binary, folder).run("put", content=b"content")
        result = Command(binary, folder).run("watch")
        assert result.status == 64
        assert "only a server" in result.messages


class TestTerminal:
    """A person who waits sees from where the blob comes."""

    def test_a_get_through_its_own_store(self, binary, tmp_path, line):
        near, options = tmp_path / "near", substituters((line.url, NAME))
        screen = on_terminal(binary, "get", "--store", near, *options, *words(tmp_path))
        check_screen(screen)
        assert (tmp_path / "file").read_bytes() == CONTENT

    def test_a_get_through_a_daemon(self, binary, tmp_path, line):
        with Near(binary, tmp_path / "near", [(line.url, NAME)]) as near:
            screen = on_terminal(binary, "get", "--store", near.url, *words(tmp_path))
        check_screen(screen)
        assert (tmp_path / "file").read_bytes() == CONTENT

    def test_a_quiet_get(self, binary, tmp_path, line):
        near, options = tmp_path / "near", [*substituters((line.url, NAME)), "--quiet"]
        screen = on_terminal(binary, "get", "--store", near, *options, *words(tmp_path))
        assert screen == ""

    def test_who_goes_on_after_a_break_is_seen(self, binary, tmp_path, remote, line):
        with MeteredProxy(remote.port, silence=2 * MIB) as silent:
            options = substituters(silent.url, line.url)
            near = tmp_path / "near"
            screen = on_terminal(binary, "get", "--store", near, *options, *words(tmp_path))
        # That A has failed may be seen for too short a time.
        assert screen.index("fetched from A: ") < screen.index("fetched from B: ")
        assert (tmp_path / "file").read_bytes() == CONTENT


def words(folder):
    return [DIGEST.hex(), "-o", folder / "file"]


def check_screen(screen):
    assert "fetched from the-remote: " in screen
    percents = [int(text) for text in re.findall(r"the-remote: (\d+) % of 12 MiB", screen)]
    assert len(set(percents)) > 3
    assert percents == sorted(percents)


def on_terminal(*command, seconds=60):
    """Runs a command with a terminal for its messages, and returns what was to be seen there."""
    user, terminal = pty.openpty()
    process = subprocess.Popen(
        [str(word) for word in command],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "200"},
    )
    os.close(terminal)
    screen, deadline = b"", time.monotonic() + seconds
    with contextlib.suppress(OSError):
        while time.monotonic() < deadline:
            if select.select([user], [], [], 1)[0]:
                screen += os.read(user, 64 << 10)
            elif process.poll() is not None:
                break
    os.close(user)
    if process.poll() is None and time.monotonic() > deadline:
        process.kill()
    assert process.wait(10) == 0, screen.decode()
    return screen.decode()
