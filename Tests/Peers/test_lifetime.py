# SPDX-License-Identifier: Apache-2.0
"""How the daemon begins and ends."""

import signal
import socket
import time

import grpc
import pytest

from peers.clients import Castore, connect, status_of
from peers.content import digest_of, noise
from peers.daemon import Daemon
from peers.sockets import address_of

MIB = 1 << 20


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_idle_daemon_at_once(binary, tmp_path, end):
    with Daemon(binary, tmp_path / "store") as daemon, connect(daemon.target) as channel:
        Castore(channel, "snix.castore.v1").put([b"before the end"])
        daemon.process.send_signal(end)
        start = time.monotonic()
        assert daemon.process.wait(10) == 0
        assert time.monotonic() - start < 3


def test_a_read_that_runs_is_finished_and_new_calls_are_not_taken(binary, tmp_path):
    content = noise("finished", 3 * MIB) * 10
    with Daemon(binary, tmp_path / "store") as daemon, connect(daemon.target) as channel:
        castore = Castore(channel, "snix.castore.v1")
        digest = castore.put(content[start : start + MIB] for start in range(0, len(content), MIB))
        call = castore.read_call(digest)
        received = next(call).data
        daemon.process.terminate()
        time.sleep(0.5)
        with connect(daemon.target) as other:
            late = Castore(other, "snix.castore.v1")
            assert status_of(lambda: late.stat(digest)) == grpc.StatusCode.UNAVAILABLE
        received += b"".join(message.data for message in call)
        assert digest_of(received) == digest
        assert daemon.process.wait(10) == 0


def test_what_was_acknowledged_is_there_after_the_daemon_was_killed(binary, tmp_path):
    contents = [noise(("killed", number), 50_000 * number) for number in range(1, 10)]
    with Daemon(binary, tmp_path / "store") as daemon, connect(daemon.target) as channel:
        castore = Castore(channel, "snix.castore.v1")
        digests = [castore.put([content]) for content in contents]
        daemon.process.kill()
        daemon.process.wait(10)
    with Daemon(binary, tmp_path / "store") as daemon, connect(daemon.target) as channel:
        castore = Castore(channel, "snix.castore.v1")
        assert [castore.read(digest) for digest in digests] == contents


def test_two_sockets_of_systemd_are_both_served(binary, tmp_path):
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        targets = [address_of(taken) for taken in (one, two)]
        store = tmp_path / "store"
        with Daemon(binary, store, listen="sd-listen:*", sockets=[one, two]):
            for target in targets:
                with connect(target) as channel:
                    castore = Castore(channel, "tvix.castore.v1")
                    assert castore.read(castore.put([b"activated"])) == b"activated"


def test_an_address_in_use_is_told(binary, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = address_of(taken)
        with pytest.raises(AssertionError, match="in use"):
            Daemon(binary, tmp_path / "store", listen=listen).__enter__()
