# SPDX-License-Identifier: Apache-2.0
"""A store with damage: an error, never wrong bytes and a good end."""

import grpc
import pytest

from peers import local_store
from peers.clients import Castore, connect
from peers.content import SPLIT_SIZE, digest_of, noise
from peers.daemon import Daemon

CONTENT = noise("damaged", SPLIT_SIZE)
DIGEST = digest_of(CONTENT)
WHOLE = noise("undamaged", SPLIT_SIZE)


@pytest.fixture
def store(tmp_path, binary):
    """A store that nobody serves, with two blobs, and the chunks of the first."""
    folder = tmp_path / "store"
    with Daemon(binary, folder) as daemon, connect(daemon.target) as channel:
        castore = Castore(channel, "snix.castore.v1")
        castore.put([CONTENT])
        castore.put([WHOLE])
        chunks = castore.chunks(DIGEST)
    return folder, chunks


@pytest.fixture
def serve(binary):
    """Reads from a store: the bytes of a blob that come, and the status with which they end."""

    def read(folder, *digests):
        results = []
        with Daemon(binary, folder) as daemon, connect(daemon.target) as channel:
            castore = Castore(channel, "snix.castore.v1")
            for digest in digests:
                results.append(_read(castore, digest))
        return results

    return read


def _read(castore, digest):
    received, status = b"", grpc.StatusCode.OK
    try:
        for message in castore.read_call(digest):
            received += message.data
    except grpc.RpcError as error:
        status = error.code()
    return received, status


def test_a_bit_that_turned_is_data_loss_and_is_not_sent(store, serve):
    folder, chunks = store
    offset = chunks[0].size
    local_store.flip_content(folder, CONTENT[offset : offset + chunks[1].size])
    (received, status), other, chunk = serve(folder, DIGEST, digest_of(WHOLE), chunks[1].digest)
    assert status == grpc.StatusCode.DATA_LOSS
    assert CONTENT.startswith(received)
    assert other == (WHOLE, grpc.StatusCode.OK)
    assert chunk == (b"", grpc.StatusCode.DATA_LOSS)


def test_a_chunk_that_is_missing_ends_the_stream_before_its_place(store, serve):
    folder, chunks = store
    local_store.forget(folder, chunks[2].digest)
    ((received, status),) = serve(folder, DIGEST)
    assert status == grpc.StatusCode.DATA_LOSS
    assert CONTENT.startswith(received)
    assert len(received) <= chunks[0].size + chunks[1].size


@pytest.mark.parametrize("spoil", [local_store.flip_every_1000th_byte, local_store.cut_packs])
def test_whatever_happens_to_the_packs_no_wrong_byte_has_a_good_end(store, serve, spoil):
    folder, chunks = store
    spoil(folder)
    digests = [DIGEST, digest_of(WHOLE), *(chunk.digest for chunk in chunks)]
    for digest, (received, status) in zip(digests, serve(folder, *digests), strict=True):
        is_right = status == grpc.StatusCode.OK and digest_of(received) == digest
        assert is_right or status in {grpc.StatusCode.DATA_LOSS, grpc.StatusCode.NOT_FOUND}
        assert CONTENT.startswith(received) or WHOLE.startswith(received) or received in CONTENT


def test_a_missing_chunk_is_mended_by_putting_the_blob_again(store, binary):
    folder, chunks = store
    local_store.forget(folder, chunks[2].digest)
    with Daemon(binary, folder) as daemon, connect(daemon.target) as channel:
        castore = Castore(channel, "tvix.castore.v1")
        assert castore.put([CONTENT]) == DIGEST
        assert castore.read(DIGEST) == CONTENT
