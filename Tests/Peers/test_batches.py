# SPDX-License-Identifier: Apache-2.0
"""FindMissing, GetMany, PutMany: many blobs in one call."""

import queue

import grpc
import pytest

from peers.clients import Castore, status_of
from peers.content import EMPTY_DIGEST, digest_of, noise

OK, NOT_FOUND, INVALID_ARGUMENT, OUT_OF_RANGE = 0, 5, 3, 11
DIGEST_LIMIT = 1 << 16
MIB = 1 << 20
ABSENT = digest_of(b"in no batch")


@pytest.fixture
def castore(daemon, channels):
    return Castore(channels(daemon.target), "snix.castore.v1")


@pytest.fixture
def contents(castore):
    """A hundred blobs that are there."""
    contents = [noise(("batch", number), number * 37) for number in range(100)]
    for content in contents:
        castore.put([content])
    return contents


# FindMissing


def find_missing(service, digests):
    return service.call("FindMissing", service.message("FindMissingRequest")(digests=digests))


def test_what_is_missing_is_named_in_the_order_of_the_request(service, contents):
    absent = [digest_of(noise(("absent", number), 9)) for number in range(100)]
    there = map(digest_of, contents)
    reply = find_missing(service, [digest for pair in zip(absent, there) for digest in pair])
    assert list(reply.missing) == absent
    assert not reply.failed


def test_nothing_is_missing_from_no_digests(service):
    assert not find_missing(service, []).missing


def test_the_empty_blob_is_never_missing(service):
    assert not find_missing(service, [EMPTY_DIGEST]).missing


def test_as_many_digests_as_allowed_are_looked_for(service):
    assert not find_missing(service, [EMPTY_DIGEST] * DIGEST_LIMIT).missing


@pytest.mark.parametrize("method", ["FindMissing", "GetMany"])
def test_more_digests_than_allowed_are_an_invalid_argument(service, method):
    digests = [EMPTY_DIGEST] * (DIGEST_LIMIT + 1)
    assert status_of(lambda: ask(service, method, digests)) == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("method", ["FindMissing", "GetMany"])
def test_a_digest_of_another_length_is_an_invalid_argument(service, method):
    digests = [EMPTY_DIGEST, bytes(31)]
    assert status_of(lambda: ask(service, method, digests)) == grpc.StatusCode.INVALID_ARGUMENT


def ask(service, method, digests):
    reply = service.call(method, service.message(f"{method}Request")(digests=digests))
    return reply if method == "FindMissing" else list(reply)


# GetMany


def get_many(service, digests, **fields):
    request = service.message("GetManyRequest")(digests=digests, **fields)
    return [blob for message in service.call("GetMany", request) for blob in message.blobs]


def test_blobs_come_in_the_order_of_the_request(service, contents):
    blobs = get_many(service, map(digest_of, contents))
    assert [blob.data for blob in blobs] == contents
    assert [blob.digest for blob in blobs] == list(map(digest_of, contents))
    assert [blob.size for blob in blobs] == list(map(len, contents))
    assert {blob.status.code for blob in blobs} == {OK}


def test_a_blob_may_be_asked_for_twice(service, contents):
    digest = digest_of(contents[5])
    assert [blob.data for blob in get_many(service, [digest] * 3)] == [contents[5]] * 3


def test_an_absent_blob_has_a_status_of_its_own(service, contents):
    wanted = [digest_of(contents[1]), ABSENT, digest_of(contents[2])]
    blobs = get_many(service, wanted)
    assert [blob.digest for blob in blobs] == wanted
    assert [blob.status.code for blob in blobs] == [OK, NOT_FOUND, OK]
    assert blobs[1].status.message
    assert blobs[1].data == b""


@pytest.mark.parametrize(("limit", "size"), [(1000, 1001), (0, MIB + 1), (1 << 40, MIB + 1)])
def test_a_blob_over_the_limit_is_out_of_range_with_its_size(service, castore, limit, size):
    digest = castore.put([noise("over the limit", size)])
    (blob,) = get_many(service, [digest], size_limit=limit)
    assert (blob.status.code, blob.size, blob.data) == (OUT_OF_RANGE, size, b"")


@pytest.mark.parametrize(("limit", "size"), [(1000, 1000), (0, MIB)])
def test_a_blob_at_the_limit_comes(service, castore, limit, size):
    content = noise("at the limit", size)
    (blob,) = get_many(service, [castore.put([content])], size_limit=limit)
    assert (blob.status.code, blob.data) == (OK, content)


def test_many_blobs_come_in_messages_that_every_peer_takes(service, castore):
    contents = [noise(("many", number), 700_000) for number in range(20)]
    digests = [castore.put([content]) for content in contents]
    request = service.message("GetManyRequest")(digests=digests)
    messages = list(service.call("GetMany", request))
    assert max(message.ByteSize() for message in messages) < 4 * MIB
    assert [blob.data for message in messages for blob in message.blobs] == contents


def test_no_blobs_come_for_no_digests(service):
    assert get_many(service, []) == []


# PutMany


def put_many(service, *messages):
    """Each message is a list of digests and contents."""
    blob, request = service.message("NewBlob"), service.message("PutManyRequest")
    requests = (
        request(blobs=[blob(digest=digest, data=data) for digest, data in message])
        for message in messages
    )
    return [stored for reply in service.call("PutMany", requests) for stored in reply.blobs]


def test_more_blobs_in_a_message_than_allowed_are_an_invalid_argument(service):
    blobs = [(EMPTY_DIGEST, b"")] * ((1 << 14) + 1)
    assert status_of(lambda: put_many(service, blobs)) == grpc.StatusCode.INVALID_ARGUMENT


def named(contents):
    return [(digest_of(content), content) for content in contents]


def test_blobs_are_acknowledged_in_the_order_in_which_they_came(service, castore):
    contents = [noise(("new", number), number * 41) for number in range(200)]
    stored = put_many(
        service, named(contents[:1]), [], named(contents[1:150]), named(contents[150:])
    )
    assert [blob.digest for blob in stored] == list(map(digest_of, contents))
    assert {blob.status.code for blob in stored} == {OK}
    assert [castore.read(digest_of(content)) for content in contents] == contents


def test_a_blob_with_another_digest_is_refused_and_not_stored(service, castore):
    good, bad = noise("good", 500), noise("bad", 500)
    stored = put_many(service, [(ABSENT, bad), (digest_of(good), good), (bytes(31), bad)])
    assert [blob.digest for blob in stored] == [ABSENT, digest_of(good), bytes(31)]
    assert [blob.status.code for blob in stored] == [INVALID_ARGUMENT, OK, INVALID_ARGUMENT]
    assert castore.has(digest_of(good))
    assert not castore.has(digest_of(bad))
    assert not castore.has(ABSENT)


def test_a_blob_that_is_too_large_is_refused_and_not_stored(service, castore):
    content = noise("too large for a batch", MIB + 1)
    (blob,) = put_many(service, named([content]))
    assert blob.status.code == INVALID_ARGUMENT
    assert not castore.has(digest_of(content))


def test_the_largest_blob_is_stored(service, castore):
    content = noise("large in a batch", MIB)
    assert [blob.status.code for blob in put_many(service, named([content]))] == [OK]
    assert castore.read(digest_of(content)) == content


def test_the_empty_blob_may_be_put(service):
    assert [blob.status.code for blob in put_many(service, named([b"", b""]))] == [OK, OK]


def test_a_blob_is_acknowledged_while_the_stream_goes_on(service):
    blob, request = service.message("NewBlob"), service.message("PutManyRequest")
    waiting = queue.Queue()
    replies = service.call("PutMany", iter(waiting.get, None))
    for content in (b"first", b"second"):
        waiting.put(request(blobs=[blob(digest=digest_of(content), data=content)]))
        assert [stored.digest for stored in next(replies).blobs] == [digest_of(content)]
    waiting.put(None)
    assert list(replies) == []
