# SPDX-License-Identifier: Apache-2.0
"""Stat: what is there, and how it is cut."""

import grpc
import pytest

from peers.clients import Castore, status_of
from peers.content import EMPTY_DIGEST, SPLIT_SIZE, digest_of, noise
from peers.schemas import PACKAGES


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_a_digest_of_another_length_than_32_is_an_invalid_argument(castore, length):
    assert status_of(lambda: castore.stat(bytes(length))) == grpc.StatusCode.INVALID_ARGUMENT


def test_a_blob_that_nobody_has_put_is_not_found(castore):
    assert status_of(lambda: castore.stat(digest_of(b"never put"))) == grpc.StatusCode.NOT_FOUND


def test_a_blob_that_was_put_is_found(castore):
    assert castore.has(castore.put([b"some content"]))


def test_a_blob_in_one_piece_has_an_empty_list(castore):
    digest = castore.put([b"in one piece"])
    assert castore.chunks(digest) == []


def test_hashes_are_empty_for_who_does_not_ask(castore):
    digest = castore.put([noise("no hashes", SPLIT_SIZE)])
    assert castore.stat(digest).bao == b""


def test_chunks_in_their_order_are_the_blob(castore):
    content = noise("chunks", SPLIT_SIZE)
    chunks = castore.chunks(castore.put([content]))
    assert len(chunks) > 1
    assert sum(chunk.size for chunk in chunks) == len(content)
    pieces = [castore.read(chunk.digest) for chunk in chunks]
    assert [len(piece) for piece in pieces] == [chunk.size for chunk in chunks]
    assert [digest_of(piece) for piece in pieces] == [chunk.digest for chunk in chunks]
    assert b"".join(pieces) == content


def test_each_chunk_can_be_asked_for_as_a_blob_in_one_piece(castore):
    for chunk in castore.chunks(castore.put([noise("chunks as blobs", SPLIT_SIZE)])):
        assert castore.has(chunk.digest)
        assert castore.chunks(chunk.digest) == []


def test_chunks_are_left_out_for_who_does_not_ask(stock_client):
    digest = stock_client.put([noise("unasked", SPLIT_SIZE)])
    assert not stock_client.stat(digest, send_chunks=False).chunks


def test_the_empty_blob_is_always_there(stock_client):
    reply = stock_client.stat(EMPTY_DIGEST, send_chunks=True)
    assert not reply.chunks
    assert stock_client.read(EMPTY_DIGEST) == b""


def test_a_stock_client_passes_over_the_extensions(stock_client):
    digest = stock_client.put([b"extended"])
    reply = stock_client.stat(digest, send_chunks=True, send_bao=True)
    assert [field.name for field, _ in reply.ListFields()] == []


def test_both_names_lead_to_the_same_blobs(server, channels):
    old, new = (Castore(channels(server.target), package) for package in PACKAGES)
    assert new.read(old.put([b"from the old name"])) == b"from the old name"
    assert old.read(new.put([b"from the new name"])) == b"from the new name"
