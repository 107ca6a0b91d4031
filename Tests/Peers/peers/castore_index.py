# SPDX-License-Identifier: Apache-2.0
"""The index of a blob as upstream's object store keeps it: a serialized `StatBlobResponse`.

Of its fields only the chunks (2) are used, each with its digest (1) and size (2). A blob that is
one piece, or empty, has an index of no bytes.
"""

DIGEST_SIZE = 32
_CHUNK, _DIGEST, _SIZE = b"\x12", b"\x0a\x20", b"\x10"


def serialize(chunks):
    """The index of chunks, given as pairs of digest and size."""
    result = b""
    for digest, size in chunks:
        entry = _DIGEST + digest + _SIZE + _varint(size)
        result += _CHUNK + _varint(len(entry)) + entry
    return result


def parse(index):
    """The pairs of digest and size; whatever upstream would write differently is a `ValueError`."""
    reader, chunks = _Reader(index), []
    while not reader.is_done:
        reader.expect(_CHUNK)
        entry = _Reader(reader.take(reader.varint()))
        entry.expect(_DIGEST)
        digest = entry.take(DIGEST_SIZE)
        entry.expect(_SIZE)
        chunks.append((digest, entry.varint()))
        if not entry.is_done:
            raise ValueError("a chunk with more than a digest and a size")
    if len(chunks) == 1:
        raise ValueError("a list of one chunk")
    if any(not 0 < size < 1 << 32 for _, size in chunks):
        raise ValueError("a chunk of an impossible size")
    if serialize(chunks) != index:
        raise ValueError("not the shortest form")
    return chunks


class _Reader:
    def __init__(self, content):
        self._rest = content

    @property
    def is_done(self):
        return not self._rest

    def take(self, count):
        if count > len(self._rest):
            raise ValueError("the index ends too early")
        result, self._rest = self._rest[:count], self._rest[count:]
        return result

    def expect(self, content):
        if self.take(len(content)) != content:
            raise ValueError("a field that is not expected")

    def varint(self):
        number, shift = 0, 0
        while True:
            (byte,) = self.take(1)
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number


def _varint(number):
    result = b""
    while number >= 0x80:
        result += bytes([number & 0x7F | 0x80])
        number >>= 7
    return result + bytes([number])
