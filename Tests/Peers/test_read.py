# SPDX-License-Identifier: Apache-2.0
"""Read: blobs and chunks, of any size."""

import itertools
import os

import grpc
import pytest
from blake3 import blake3

from peers.clients import Castore, connect, status_of
from peers.content import SPLIT_SIZE, digest_of, frames, noise

LARGEST_MESSAGE = 4 << 20
MIB = 1 << 20
#: Set where there is time for more than 4 GiB of traffic, and best a release build.
LARGE = "BLOBSTORE_LARGE" in os.environ


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_a_digest_of_another_length_than_32_is_an_invalid_argument(castore, length):
    assert status_of(lambda: castore.read(bytes(length))) == grpc.StatusCode.INVALID_ARGUMENT


def test_a_blob_that_is_not_there_is_not_found_before_any_message(castore):
    messages = []
    status = status_of(lambda: messages.extend(castore.read_call(digest_of(b"not there"))))
    assert (status, messages) == (grpc.StatusCode.NOT_FOUND, [])


@pytest.mark.parametrize("size", [1, 1023, 1024, 16384, 16385, 200_000, SPLIT_SIZE])
def test_a_blob_comes_back_as_it_was_put(castore, size):
    content = noise("read", size)
    assert castore.read(castore.put([content])) == content


def test_no_message_is_too_large_for_any_peer(castore):
    sizes = list(map(len, castore.pieces(castore.put(frames(noise("messages", 6 * MIB), MIB)))))
    assert max(sizes) <= LARGEST_MESSAGE - 1024


def test_blobs_that_are_read_at_once_do_not_mix(castore):
    contents = [noise(("at once", number), MIB) for number in range(8)]
    calls = [castore.read_call(castore.put([content])) for content in contents]
    received = [b""] * len(calls)
    for turn in itertools.zip_longest(*calls):
        for number, message in enumerate(turn):
            received[number] += message.data if message else b""
    assert received == contents


@pytest.mark.timeout(1800)
def test_a_large_blob_is_streamed_both_ways_in_little_memory(local_daemon):
    with connect(local_daemon.target) as channel:
        castore = Castore(channel, "snix.castore.v1")
        digest = castore.put(_large_blob(), timeout=None)
        received = blake3()
        for message in castore.read_call(digest, timeout=None):
            received.update(message.data)
    expected = blake3()
    for piece in _large_blob():
        expected.update(piece)
    assert digest == received.digest() == expected.digest()
    assert local_daemon.memory() < 300 * MIB


def _large_blob():
    """128 MiB, or 2 GiB and a byte where BLOBSTORE_LARGE is set."""
    yield from itertools.repeat(bytes(MIB), 2048 if LARGE else 128)
    yield b"!"
