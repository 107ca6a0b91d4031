# SPDX-License-Identifier: Apache-2.0
"""The objects of upstream's layout, as the peers write and read them."""

import json
from pathlib import Path

import pytest
import zstandard
from blake3 import blake3

from peers import castore_index, fastcdc
from peers.castore_objects import (
    AVERAGE,
    Absent,
    Damaged,
    blob_name,
    chunk_name,
    compress,
    decompress,
    differences,
    read,
    read_all,
    write,
)
from peers.content import EMPTY_DIGEST, digest_of, noise
from peers.object_maps import BucketObjects, FolderObjects
from peers.schemas import STOCK

_RESOURCES = Path(__file__).resolve().parents[1] / "ChunkingTests" / "Resources"
VECTORS = json.loads((_RESOURCES / "fastcdc-vectors.json").read_text())
STREAM = blake3(VECTORS["key"].encode()).digest(8 << 20)
SMALL = 16 << 10
CONTENT = noise("objects", 100_000)


@pytest.mark.parametrize("vector", VECTORS["cases"], ids=lambda vector: vector["name"])
def test_cuts_are_those_of_the_rust_crate(vector):
    content = STREAM[: vector["byteCount"]]
    if vector["zeros"]:
        content = bytes(len(content))
    chunks = fastcdc.chunks(
        content,
        vector["average"],
        vector["minimum"],
        vector["maximum"],
        vector["normalization"],
        vector["seed"],
    )
    assert b"".join(chunks) == content
    ends, end = [], 0
    for chunk in chunks:
        end += len(chunk)
        ends.append(end)
    assert ends == vector["ends"]


@pytest.mark.parametrize("package", ["snix.castore.v1", "tvix.castore.v1"])
def test_an_index_is_the_message_that_protobuf_makes(package):
    chunks = [(digest_of(bytes([size % 256])), size) for size in (1, 127, 128, 300_000, 1 << 31)]
    entry = STOCK.message(f"{package}.StatBlobResponse.ChunkMeta")
    message = STOCK.message(f"{package}.StatBlobResponse")(
        chunks=[entry(digest=digest, size=size) for digest, size in chunks]
    )
    index = castore_index.serialize(chunks)
    assert index == message.SerializeToString()
    assert castore_index.parse(index) == chunks
    assert castore_index.serialize([]) == b""


@pytest.mark.parametrize(
    "spoil",
    [
        lambda index: index[:-1],
        lambda index: index + b"\x1a\x01x",
        lambda index: index[: len(index) // 2],
        lambda index: b"\x0a" + index[1:],
        lambda index: index[:3] + b"\x1f" + index[4:],
        lambda index: index[:-3] + b"\x80\x80\x80",
        lambda index: index[:1] + bytes([index[1] + 1]) + index[2:-1] + b"\x84\x00",
    ],
    ids=["end", "bao", "half", "field", "digest", "size", "long form"],
)
def test_an_index_that_upstream_would_not_write_is_refused(spoil):
    index = castore_index.serialize([(EMPTY_DIGEST, 1), (EMPTY_DIGEST, 4)])
    with pytest.raises(ValueError):
        castore_index.parse(spoil(index))


@pytest.mark.parametrize(
    "size",
    [0, 1, 8191, 8192, 8193, 32_768, 32_769, 500_000],
)
def test_what_was_written_is_read(size):
    content, store = noise("round", size), {}
    digest = write(store, content, SMALL)
    assert digest == digest_of(content)
    assert read(store, digest, SMALL) == content
    assert read_all(store, SMALL) == {digest: content}


def test_what_was_written_with_the_usual_average_is_read():
    store = {}
    digest = write(store, STREAM[: 2 << 20])
    standard = next(case for case in VECTORS["cases"] if case["name"] == "standard")
    chunks = castore_index.parse(store[blob_name(digest)])
    sizes = [size for _, size in chunks]
    ends = [end for end in standard["ends"] if end <= 2 << 20]
    assert [sum(sizes[: i + 1]) for i in range(len(ends))] == ends
    assert max(sizes) <= 2 * AVERAGE
    assert read(store, digest) == STREAM[: 2 << 20]


def test_names_are_those_of_upstream():
    store = {}
    write(store, b"")
    hex_digest = EMPTY_DIGEST.hex()
    assert store == {f"blobs/b3/af13/{hex_digest}": b""}
    write(store, b"Hello World")
    hex_digest = "41f8394111eb713a22165c46c90ab8f0fd9399c92028fd6d288944b23ff5bf76"
    assert store[f"blobs/b3/41f8/{hex_digest}"] == b""
    assert decompress(store[f"chunks/b3/41f8/{hex_digest}"]) == b"Hello World"
    assert len(store) == 3


@pytest.mark.parametrize("content", [b"a", CONTENT, bytes(300_000)], ids=["a", "noise", "zeros"])
def test_a_chunk_does_not_say_how_long_it_is(content):
    frame = compress(content)
    header = zstandard.get_frame_parameters(frame)
    assert header.content_size == zstandard.CONTENTSIZE_UNKNOWN
    assert not header.has_checksum
    assert decompress(frame) == content
    with pytest.raises(Damaged, match="too large"):
        decompress(frame, len(content) - 1)
    with pytest.raises(Damaged, match="how long"):
        decompress(zstandard.compress(content))


def test_a_blob_may_lie_in_a_folder(tmp_path):
    digest = write(tmp_path, CONTENT, SMALL)
    index = tmp_path / "blobs" / "b3" / digest.hex()[:4] / digest.hex()
    assert index.stat().st_size > 0
    assert read(tmp_path, digest, SMALL) == CONTENT
    assert read_all(tmp_path, SMALL) == {digest: CONTENT}
    other = {}
    write(other, CONTENT, SMALL)
    assert differences(tmp_path, other) == []


def test_a_blob_may_lie_in_a_bucket(s3_server, bucket):
    objects = BucketObjects(s3_server.client(), bucket, "some/folder")
    digest = write(objects, CONTENT, SMALL)
    empty = write(objects, b"")
    assert read_all(objects, SMALL) == {digest: CONTENT, empty: b""}
    assert all(
        name.startswith("some/folder/") for name in BucketObjects(s3_server.client(), bucket)
    )
    with pytest.raises(Absent):
        read(objects, digest_of(b"nothing"))
    del objects[blob_name(empty)]
    assert read_all(objects, SMALL) == {digest: CONTENT}


@pytest.fixture
def written():
    """A store with one blob, its digest, and the digests and sizes of its chunks."""
    store = {}
    digest = write(store, CONTENT, SMALL)
    return store, digest, castore_index.parse(store[blob_name(digest)])


def test_what_was_never_written_is_absent(written):
    store, _, chunks = written
    for digest in (EMPTY_DIGEST, digest_of(b"nothing"), chunks[0][0]):
        with pytest.raises(Absent):
            read(store, digest, SMALL)


def test_every_byte_of_an_object_counts(written):
    store, digest, _ = written
    for name, content in list(store.items()):
        # Not the sixth of a frame: a decoder that is told of a larger window does not mind.
        places = {0, 1, 4, len(content) // 2, len(content) - 1}
        for spoilt in (
            *(content[:i] + bytes([content[i] ^ 1]) + content[i + 1 :] for i in places),
            *(content[:-1], content + b"\0", content[: len(content) // 2], b"", content + content),
        ):
            store[name] = spoilt
            with pytest.raises(Damaged):
                read(store, digest, SMALL)
        store[name] = content
    assert read(store, digest, SMALL) == CONTENT


def test_a_chunk_that_is_missing_or_another_is_found(written):
    store, digest, chunks = written
    name, other = chunk_name(chunks[1][0]), chunk_name(chunks[2][0])
    content = store.pop(name)
    with pytest.raises(Damaged, match="missing"):
        read(store, digest, SMALL)
    store[name] = store[other]
    with pytest.raises(Damaged):
        read(store, digest, SMALL)
    store[name] = compress(decompress(content))
    assert read(store, digest, SMALL) == CONTENT


def test_chunks_in_another_order_are_found(written):
    store, digest, chunks = written
    store[blob_name(digest)] = castore_index.serialize(chunks[::-1])
    with pytest.raises(Damaged, match="another digest"):
        read(store, digest, SMALL)


def test_other_cuts_are_found_if_asked_for(written):
    store, digest, _ = written
    with pytest.raises(Damaged, match="cut elsewhere"):
        read(store, digest, 2 * SMALL)
    assert read(store, digest, None) == CONTENT


def test_what_belongs_to_nothing_is_found(written):
    store, digest, _ = written
    store["chunks/b3/af13/x#1"] = b"left behind"
    with pytest.raises(Damaged, match="no such object"):
        read_all(store, SMALL)
    del store["chunks/b3/af13/x#1"]
    del store[blob_name(digest)]
    with pytest.raises(Damaged, match="no blob has this chunk"):
        read_all(store, SMALL)


def test_stores_are_compared_by_what_they_hold(written, tmp_path):
    store, digest, chunks = written
    other = FolderObjects(tmp_path)
    other.update(store)
    name = chunk_name(chunks[0][0])
    fast = zstandard.ZstdCompressor(level=1).compressobj()
    other[name] = fast.compress(decompress(store[name])) + fast.flush()
    assert differences(store, other) == []
    other[blob_name(digest)] = b""
    del other[chunk_name(chunks[1][0])]
    expected = {blob_name(digest), chunk_name(chunks[1][0])}
    assert set(differences(store, other)) == expected
