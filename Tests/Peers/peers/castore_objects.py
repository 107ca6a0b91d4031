# SPDX-License-Identifier: Apache-2.0
"""Blobs as upstream's `objectstore` keeps them, written from the description of the layout.

    blobs/b3/<4 hex>/<64 hex>    the index of a blob: see `castore_index`
    chunks/b3/<4 hex>/<64 hex>   a chunk, as one zstd frame

The name of both is a BLAKE3 digest, of the blob or of the chunk before it was compressed. A blob
that is no longer than a chunk is a chunk of the same digest with an index of no bytes; the empty
blob is an index of no bytes and nothing else.

An index has to be the same byte for byte as one that upstream would write. A chunk need not be, for
what zstd makes of content depends on its version: the same are the content, and the header of its
frame, in which a streaming encoder says neither how long the content is nor what its checksum is.

A store is the path of a folder, or anything that maps names to bytes: see `object_maps`.
"""

import io
import re

import zstandard

from peers import castore_index, fastcdc
from peers.content import EMPTY_DIGEST, digest_of
from peers.object_maps import objects_in

AVERAGE = 256 << 10
_LEVEL = 3
_LARGEST_CHUNK = 16 << 20
#: What every decoder has to cope with.
_LARGEST_WINDOW = 8 << 20
_NAME = re.compile(r"(blobs|chunks)/b3/([0-9a-f]{4})/(\2[0-9a-f]{60})")


class Absent(Exception):
    """A blob that nobody has stored."""


class Damaged(Exception):
    """Objects that are not what upstream would have written."""


def blob_name(digest):
    return _name("blobs", digest)


def chunk_name(digest):
    return _name("chunks", digest)


def write(store, content, average=AVERAGE):
    """Stores a blob as upstream does, chunks first, and returns its digest."""
    objects, digest = objects_in(store), digest_of(content)
    pieces = fastcdc.chunks(content, average)
    for piece in pieces:
        name = chunk_name(digest_of(piece))
        if name not in objects:
            objects[name] = compress(piece)
    is_split = len(pieces) > 1
    chunks = [(digest_of(piece), len(piece)) for piece in pieces] if is_split else []
    objects[blob_name(digest)] = castore_index.serialize(chunks)
    return digest


def read(store, digest, average=AVERAGE):
    """The content of a blob, everything about it checked.

    That is where it is cut, too, unless `average` is `None`, as it has to be for a store that may
    cut differently.
    """
    objects = objects_in(store)
    pieces = [_read_chunk(objects, *chunk) for chunk in _chunks(objects, digest)]
    content = b"".join(pieces)
    if digest_of(content) != digest:
        raise Damaged(f"{digest.hex()}: the blob has another digest")
    if average is not None and pieces != fastcdc.chunks(content, average):
        raise Damaged(f"{digest.hex()}: the blob is cut elsewhere")
    return content


def read_all(store, average=AVERAGE):
    """All blobs by digest; chunks of none and objects of other names are `Damaged`, too."""
    objects = objects_in(store)
    names = {name: _NAME.fullmatch(name) for name in objects}
    if strays := [name for name, match in names.items() if match is None]:
        raise Damaged(f"no such object is known: {strays[0]}")
    blobs, used = {}, set()
    for match in names.values():
        if match[1] == "blobs":
            digest = bytes.fromhex(match[3])
            blobs[digest] = read(objects, digest, average)
            used.update(chunk_name(chunk) for chunk, _ in _chunks(objects, digest))
    stored = {name for name, match in names.items() if match[1] == "chunks"}
    if unused := sorted(stored - used):
        raise Damaged(f"no blob has this chunk: {unused[0]}")
    return blobs


def differences(store, other):
    """In which objects two stores differ in more than how zstd has compressed a chunk."""
    first, second = dict(objects_in(store)), dict(objects_in(other))
    names = sorted(first.keys() ^ second.keys())
    for name in sorted(first.keys() & second.keys()):
        contents = first[name], second[name]
        if name.startswith("chunks/"):
            contents = [decompress(content) for content in contents]
        if contents[0] != contents[1]:
            names.append(name)
    return names


def compress(content):
    """A frame as a streaming encoder makes it, which does not know how long the content will be."""
    compressor = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
    return compressor.compress(content) + compressor.flush()


def decompress(frame, limit=_LARGEST_CHUNK):
    """The content of a frame, which has to look as if it came from upstream."""
    try:
        header = zstandard.get_frame_parameters(frame)
        reader = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).stream_reader(
            io.BytesIO(frame)
        )
        content = reader.read(limit + 1)
    except zstandard.ZstdError as error:
        raise Damaged(f"a chunk is no zstd frame: {error}") from error
    if len(content) > limit:
        raise Damaged("a chunk is too large")
    if header.content_size != zstandard.CONTENTSIZE_UNKNOWN:
        raise Damaged("the header of a chunk says how long it is")
    if header.has_checksum or header.dict_id:
        raise Damaged("the header of a chunk has more than upstream's")
    # That it is short is known by now.
    decompressor = zstandard.ZstdDecompressor().decompressobj()
    decompressor.decompress(frame)
    if not decompressor.eof:
        raise Damaged("a chunk ends too early")
    if decompressor.unused_data:
        raise Damaged("there is more after a chunk")
    return content


def _chunks(objects, digest):
    """Digests and sizes of the chunks of a blob; the size of an only one is `None`."""
    try:
        index = objects[blob_name(digest)]
    except KeyError:
        raise Absent(digest.hex()) from None
    try:
        chunks = castore_index.parse(index)
    except ValueError as error:
        raise Damaged(f"{digest.hex()}: {error}") from error
    if chunks or digest == EMPTY_DIGEST:
        return chunks
    return [(digest, None)]


def _read_chunk(objects, digest, size):
    try:
        frame = objects[chunk_name(digest)]
    except KeyError:
        raise Damaged(f"{digest.hex()}: the chunk is missing") from None
    content = decompress(frame, _LARGEST_CHUNK if size is None else size)
    if digest_of(content) != digest:
        raise Damaged(f"{digest.hex()}: the chunk has another digest")
    if size not in {None, len(content)}:
        raise Damaged(f"{digest.hex()}: the chunk has another size")
    return content


def _name(kind, digest):
    return f"{kind}/b3/{digest[:2].hex()}/{digest.hex()}"
