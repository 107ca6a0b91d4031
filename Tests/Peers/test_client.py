# SPDX-License-Identifier: Apache-2.0
"""The command as a client of servers that it did not make."""

import pytest

from peers.command import ABSENT
from peers.content import EMPTY_DIGEST, digest_of, noise
from peers.extended_server import ExtendedCastore, SlicingCastore
from peers.schemas import PACKAGES
from peers.stock_server import Shelf, StockCastore, StockServer

SERVERS = {
    "both names": (StockCastore, PACKAGES),
    "tvix alone": (StockCastore, ["tvix.castore.v1"]),
    "snix alone": (StockCastore, ["snix.castore.v1"]),
    "extensions": (ExtendedCastore, PACKAGES),
    "slices": (SlicingCastore, PACKAGES),
}
SMALL = noise("small", 1000)
LARGE = noise("large", 700_000)


@pytest.fixture(params=SERVERS.values(), ids=SERVERS)
def peer(request):
    with StockServer(*request.param) as server:
        yield server


@pytest.fixture
def command(command_for, peer):
    return command_for(peer.url)


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("name", ["get", "cat"])
def test_a_blob_comes_to_standard_output(command, peer, name, content):
    result = command.run(name, peer.shelf.put(content))
    assert (result.status, result.messages) == (0, "")
    assert result.output == content


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_a_blob_comes_into_a_file(command, peer, tmp_path, content):
    result = command.run("get", peer.shelf.put(content), "-o", tmp_path / "file")
    assert (result.status, result.messages) == (0, "")
    assert (tmp_path / "file").read_bytes() == content


def test_a_part_of_a_blob_comes(command, peer):
    result = command.run("get", peer.shelf.put(LARGE), "--range", "200000-550000")
    assert (result.status, result.output) == (0, LARGE[200_000:550_000])


def test_a_chunk_comes_as_a_blob(command, peer):
    digest = peer.shelf.put(LARGE)
    chunk, size = peer.shelf.chunks(digest)[1]
    result = command.run("cat", chunk)
    assert (result.status, len(result.output), digest_of(result.output)) == (0, size, chunk)


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_a_file_is_put(command, peer, content):
    result = command.run("put", content=content)
    assert result.status == 0, result.messages
    assert result.output.split()[0].decode() == digest_of(content).hex()
    assert peer.shelf.get(digest_of(content)) == content


def test_a_folder_is_put(command, peer, tmp_path):
    contents = [noise(("file", number), number * 100) for number in range(50)]
    for number, content in enumerate(contents):
        (tmp_path / f"{number}").write_bytes(content)
    result = command.run("put", "-r", tmp_path)
    assert result.status == 0, result.messages
    assert len(result.output.splitlines()) == len(contents)
    stored = [peer.shelf.get(digest_of(content)) for content in contents if content]
    assert stored == [content for content in contents if content]


def test_has_names_what_is_missing(command, peer):
    there, absent = peer.shelf.put(SMALL), digest_of(b"absent")
    result = command.run("has", there, absent)
    assert (result.status, result.output.decode().split()) == (ABSENT, [absent.hex()])
    assert command.run("has", there).status == 0


@pytest.mark.parametrize("name", ["get", "cat", "stat", "chunks"])
def test_an_absent_blob_is_told_by_the_status(command, name):
    result = command.run(name, digest_of(b"absent"))
    assert (result.status, result.output) == (ABSENT, b"")
    assert digest_of(b"absent").hex() in result.messages


def test_stat_tells_the_size(command, peer):
    result = command.run("stat", peer.shelf.put(LARGE))
    assert result.status == 0, result.messages
    assert str(len(LARGE)) in result.output.decode().split()


def test_chunks_are_listed_and_are_the_blob(command, peer):
    result = command.run("chunks", peer.shelf.put(LARGE))
    assert result.status == 0, result.messages
    lines = [line.split() for line in result.output.decode().splitlines()]
    offset = 0
    for digest, start, size in lines:
        assert int(start) == offset
        assert digest_of(LARGE[offset : offset + int(size)]).hex() == digest
        offset += int(size)
    assert offset == len(LARGE)


def test_a_chunk_list_of_more_than_4_mib_is_taken(command_for):
    count = 150_000
    content = noise("many chunks", 16 * count)
    with StockServer(shelf=Shelf(chunk_size=16)) as peer:
        digest = peer.shelf.put(content)
        result = command_for(peer.url).run("chunks", digest)
    assert result.status == 0, result.messages
    assert len(result.output.splitlines()) == count


def test_a_blob_in_tiny_chunks_is_read_as_a_whole(command_for):
    content = noise("tiny chunks", 100_000)
    with StockServer(shelf=Shelf(chunk_size=1)) as peer:
        result = command_for(peer.url).run("cat", peer.shelf.put(content))
        assert [method for method, _ in peer.calls].count("Read") == 1
    assert (result.status, result.output) == (0, content), result.messages


def test_a_large_blob_comes_through_a_daemon_from_a_server_without_hashes(
    stock_relay, stock_server, command_for
):
    content = bytes(70_000_000)
    digest = stock_server.shelf.put(content)
    result = command_for(stock_relay.url).run("get", digest, "--range", "69000000-70000000")
    assert result.status == 0, result.messages
    assert result.output == content[69_000_000:]


def test_the_empty_blob_is_there_whatever_the_server_says(command):
    assert command.run("has", EMPTY_DIGEST).status == 0
    result = command.run("cat", EMPTY_DIGEST)
    assert (result.status, result.output) == (0, b"")


def test_nothing_is_downloaded_that_the_server_tells_without(command, peer):
    digest = peer.shelf.put(LARGE)
    command.run("has", digest)
    assert "Read" not in {method for method, _ in peer.calls}
