# SPDX-License-Identifier: Apache-2.0
"""A download that was cut off is taken up again, and trusts nothing that it finds."""

import pytest

from peers.clients import Castore
from peers.content import SPLIT_SIZE, digest_of, frames, noise
from peers.cutting_proxy import CuttingProxy

MIB = 1 << 20
CONTENT = noise("resumed", 4 * SPLIT_SIZE)
DIGEST = digest_of(CONTENT)


@pytest.fixture(params=["stock_server", "local_daemon"])
def server(request, channels):
    """A server with the blob: one that sends hashes, and one that does not."""
    server = request.getfixturevalue(request.param)
    Castore(channels(server.target), "snix.castore.v1").put(frames(CONTENT, MIB))
    return server


@pytest.fixture
def cut_off(server, command_for, tmp_path):
    """Downloads to a file over a line that is cut for good, and returns what lies in the folder."""
    with CuttingProxy(server.port, down=1_500_000, connections=1) as proxy:
        result = command_for(proxy.url).run("get", DIGEST, "-o", tmp_path / "file")
    assert result.status > 0
    return list(tmp_path.iterdir())


def get(server, command_for, folder):
    result = command_for(server.url).run("get", DIGEST, "-o", folder / "file")
    assert result.status == 0, result.messages
    assert (folder / "file").read_bytes() == CONTENT
    assert [path.name for path in folder.iterdir()] == ["file"]


def test_what_was_cut_off_is_completed(server, cut_off, command_for, tmp_path):
    get(server, command_for, tmp_path)


@pytest.mark.parametrize(
    "spoil", [bytes, lambda size: noise("spoilt", 2 * size)], ids=["zeros", "noise"]
)
def test_what_was_spoilt_meanwhile_is_not_used(server, cut_off, command_for, tmp_path, spoil):
    for path in cut_off:
        path.write_bytes(spoil(path.stat().st_size))
    get(server, command_for, tmp_path)


@pytest.mark.parametrize("options", [[], ["--range", "1000-4000000"]], ids=["whole", "range"])
def test_a_line_that_breaks_again_and_again_is_put_up_with(
    local_daemon, channels, command_for, options
):
    Castore(channels(local_daemon.target), "snix.castore.v1").put(frames(CONTENT, MIB))
    with CuttingProxy(local_daemon.port, down=1_200_000, delivers=True) as proxy:
        for _ in range(3):
            result = command_for(proxy.url).run("get", DIGEST, *options)
            if result.status == 0:
                break
            # A client that is slower than the line loses what it has not looked at when that breaks.
            assert result.status == 69 and "connection" in result.messages
    assert result.status == 0, result.messages
    assert proxy.connection_count > 3
    assert result.output == (CONTENT[1000:4_000_000] if options else CONTENT)
