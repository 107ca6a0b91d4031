# SPDX-License-Identifier: Apache-2.0
"""ReadSlice: parts of a blob with the hashes that prove them."""

import grpc
import pytest

from peers import slices
from peers.clients import Castore, status_of
from peers.content import EMPTY_DIGEST, digest_of, noise

FORMS = {"parents": 1, "siblings": 2}
CHUNK_SIZE = 1024
SIZE = 150_001
END = (1 << 64) - 1

RANGES = {
    "the first chunk": [(0, 1)],
    "one group": [(16, 32)],
    "part of a group": [(18, 21)],
    "across groups": [(30, 66)],
    "several": [(0, 1), (16, 48), (50, 51), (146, 147)],
    "the tail": [(100, None)],
    "the last chunk": [(146, None)],
    "past the end": [(END, None)],
    "some and past the end": [(3, 5), (1000, 2000), (3000, None)],
    "everything": [(0, None)],
}


@pytest.fixture
def castore(daemon, channels):
    return Castore(channels(daemon.target), "snix.castore.v1")


def read_slice(service, digest, ranges, **fields):
    wire = [service.message("ChunkRange")(start=start, end=end) for start, end in ranges]
    request = service.message("ReadSliceRequest")(digest=digest, ranges=wire, **fields)
    return b"".join(message.data for message in service.call("ReadSlice", request))


def wanted_bytes(content, ranges):
    """The content of the chunks that are asked for, by chunk."""
    last = max(0, len(content) - 1) // CHUNK_SIZE
    wanted = set()
    for start, end in ranges:
        stop = last + 1 if end is None else min(end, last + 1)
        wanted |= set(range(start, stop)) or {last}
    return {chunk: content[chunk * CHUNK_SIZE : (chunk + 1) * CHUNK_SIZE] for chunk in wanted}


def by_chunk(parts):
    """The same of what a slice had in it."""
    chunks = {}
    for start, data in parts.items():
        for offset in range(0, max(1, len(data)), CHUNK_SIZE):
            chunks[(start + offset) // CHUNK_SIZE] = data[offset : offset + CHUNK_SIZE]
    return chunks


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ranges", RANGES.values(), ids=RANGES)
def test_a_slice_proves_the_chunks_asked_for_and_has_no_others(service, castore, form, ranges):
    content = noise("sliced", SIZE)
    digest = castore.put([content])
    received = read_slice(service, digest, ranges, format=FORMS[form])
    size, parts = slices.decode(received, digest, ranges, shift=4, form=form)
    assert size == SIZE
    assert by_chunk(parts) == wanted_bytes(content, ranges)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("shift", [0, 1, 3])
def test_smaller_groups_are_proven_one_by_one(service, castore, form, shift):
    content = noise("small groups", 70_000)
    digest = castore.put([content])
    ranges = [(5, 40)]
    received = read_slice(service, digest, ranges, format=FORMS[form], group_shift=shift)
    _, parts = slices.decode(received, digest, ranges, shift=shift, form=form)
    assert by_chunk(parts) == wanted_bytes(content, ranges)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [0, 1, 1024, 1025, 16384, 16385])
def test_no_ranges_are_the_whole_blob(service, castore, form, size):
    content = noise("whole slice", size)
    digest = castore.put([content])
    received = read_slice(service, digest, [], format=FORMS[form])
    claimed, parts = slices.decode(received, digest, [(0, None)], shift=4, form=form)
    assert claimed == size
    assert b"".join(parts[start] for start in sorted(parts)) == content


def test_the_format_is_parents_unless_another_is_asked_for(service, castore):
    content = noise("default format", 40_000)
    digest = castore.put([content])
    assert read_slice(service, digest, [(0, 2)]) == read_slice(service, digest, [(0, 2)], format=1)


def test_half_as_many_hashes_come_with_siblings(service, castore):
    digest = castore.put([noise("half", SIZE)])
    lengths = [len(read_slice(service, digest, [], format=form)) for form in FORMS.values()]
    parents, siblings = (length - SIZE - 8 for length in lengths)
    assert parents == 2 * siblings > 0


def test_the_empty_blob_has_a_slice(service):
    assert read_slice(service, EMPTY_DIGEST, []) == bytes(8)


def test_a_slice_of_a_blob_that_is_not_there_is_not_found(service):
    absent = digest_of(b"no slice")
    assert status_of(lambda: read_slice(service, absent, [])) == grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize(
    ("ranges", "fields"),
    [
        ([(5, 3)], {}),
        ([(5, 5)], {}),
        ([(5, 8), (2, 3)], {}),
        ([(5, 8), (7, 9)], {}),
        ([(5, None), (7, 9)], {}),
        ([(2 * i, 2 * i + 1) for i in range(4097)], {}),
        ([], {"group_shift": 5}),
        ([], {"format": 77}),
    ],
    ids=["backward", "empty", "descending", "overlapping", "open", "many", "shift", "format"],
)
def test_a_request_that_makes_no_sense_is_an_invalid_argument(service, castore, ranges, fields):
    digest = castore.put([b"makes sense"])
    status = status_of(lambda: read_slice(service, digest, ranges, **fields))
    assert status == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_digest_of_another_length_is_an_invalid_argument(service, length):
    status = status_of(lambda: read_slice(service, bytes(length), []))
    assert status == grpc.StatusCode.INVALID_ARGUMENT
