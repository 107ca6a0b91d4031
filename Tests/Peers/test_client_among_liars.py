# SPDX-License-Identifier: Apache-2.0
"""The command against servers that lie, stall or break: no wrong byte, no hanging, little memory.

What the liars do is told in peers/liars.
"""

from collections import Counter

import pytest

from peers import liars
from peers.command import check_messages
from peers.content import SPLIT_SIZE, digest_of, noise
from peers.cutting_proxy import CuttingProxy
from peers.extended_server import ExtendedCastore
from peers.stock_server import StockCastore, StockServer

MIB = 1 << 20
CONTENT = noise("among liars", SPLIT_SIZE)
#: For servers that compute hashes in Python.
SMALLER_CONTENT = noise("among liars with hashes", 300_000)
MEMORY_LIMIT = 300 * MIB
TIME_LIMIT = 30


def by_name(liars):
    return pytest.mark.parametrize("liar", liars, ids=[liar.__name__ for liar in liars])


@pytest.fixture
def peer(liar):
    with StockServer(liar) as server:
        is_extended = issubclass(liar, ExtendedCastore)
        server.content = SMALLER_CONTENT if is_extended else CONTENT
        server.digest = server.shelf.put(server.content)
        yield server


@pytest.fixture
def command(command_for, peer):
    return command_for(peer.url, BLOBSTORE_STALL_TIMEOUT="5")


def check_failure(result):
    """A failure is told in words, at some time, and costs little."""
    assert result.status > 0, "the command says that all is well"
    check_messages(result)
    check_costs(result)


def check_costs(result):
    assert result.seconds < TIME_LIMIT
    assert result.memory < MEMORY_LIMIT


@by_name(liars.FATAL)
@pytest.mark.parametrize("name", ["cat", "get"])
def test_what_cannot_be_had_is_an_error_on_standard_output(liar, peer, command, name):
    result = command.run(name, peer.digest)
    check_failure(result)
    assert peer.content.startswith(result.output)


@by_name(liars.FATAL)
def test_what_cannot_be_had_gets_no_name(liar, peer, command, tmp_path):
    result = command.run("get", peer.digest, "-o", tmp_path / "file")
    check_failure(result)
    for left in tmp_path.iterdir():
        assert left.name == f".blobstore-{peer.digest.hex()}.partial"
        assert peer.content.startswith(left.read_bytes())


@by_name(liars.MENDABLE)
@pytest.mark.parametrize("name", ["cat", "chunks", "stat"])
def test_who_lies_about_more_than_content_gains_nothing(liar, peer, command, name):
    result = command.run(name, peer.digest)
    check_costs(result)
    if result.status != 0:
        check_failure(result)
    elif name == "cat":
        assert result.output == peer.content
    assert name != "cat" or peer.content.startswith(result.output)


@by_name(liars.FATAL + liars.MENDABLE)
def test_a_part_is_right_or_an_error(liar, peer, command):
    """A lie about what lies outside of the part may go unnoticed."""
    start, end = len(peer.content) // 3, 2 * len(peer.content) // 3
    result = command.run("get", peer.digest, "--range", f"{start}-{end}")
    check_costs(result)
    if result.status != 0:
        check_failure(result)
    else:
        assert len(result.output) == end - start
    assert peer.content[start:end].startswith(result.output)


@by_name([liars.chunk_lists.TenMillionChunks, liars.content.ReadIsRefused])
def test_what_will_not_go_away_is_not_tried_again(liar, peer, command):
    command.run("cat", peer.digest)
    # One question for the command and one for what it reads.
    assert max(Counter(peer.calls).values()) <= 2


@by_name(liars.HARMLESS)
def test_what_is_strange_but_right_is_taken(liar, peer, command):
    result = command.run("cat", peer.digest)
    assert result.status == 0, result.messages
    assert result.output == peer.content
    check_costs(result)


@by_name(liars.BAD_AT_PUT)
@pytest.mark.parametrize("size", [1000, SPLIT_SIZE, 12 * MIB])
def test_a_put_that_went_wrong_prints_no_digest(liar, command, size):
    result = command.run("put", content=noise("put to a liar", size))
    check_failure(result)
    assert result.output == b""


@pytest.mark.parametrize("liar", [StockCastore, ExtendedCastore])
class TestBrokenLines:
    """The connection is reset after some bytes."""

    @pytest.mark.parametrize("after", [1, 100, 10_000, 200_000])
    def test_a_line_that_always_breaks_is_an_error(self, liar, peer, command_for, after):
        with CuttingProxy(peer.port, down=after) as proxy:
            result = command_for(proxy.url).run("cat", peer.digest)
        check_failure(result)
        assert peer.content.startswith(result.output)

    def test_a_line_that_breaks_twice_before_any_content_is_used_again(
        self, liar, peer, command_for
    ):
        with CuttingProxy(peer.port, down=20, cuts=2) as proxy:
            result = command_for(proxy.url).run("cat", peer.digest)
        assert (result.status, result.output) == (0, peer.content), result.messages

    @pytest.mark.parametrize("after", [100, 200_000, 2 * MIB])
    def test_a_line_that_breaks_in_an_upload_is_an_error(self, liar, peer, command_for, after):
        content = noise("broken upload", SPLIT_SIZE)
        with CuttingProxy(peer.port, up=after) as proxy:
            result = command_for(proxy.url).run("put", content=content)
        check_failure(result)
        assert result.output == b""
        assert peer.shelf.get(digest_of(content)) is None
