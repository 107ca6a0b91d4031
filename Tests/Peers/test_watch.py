# SPDX-License-Identifier: Apache-2.0
"""Watch: transfers are seen by who looks on."""

import contextlib
import itertools
import time

import pytest

from peers.clients import NARROW, Castore, connect
from peers.content import SPLIT_SIZE, digest_of, frames, noise

STARTED, RUNNING, DONE, FAILED = 1, 2, 3, 4
READ, WRITE = 1, 2


@pytest.fixture
def castore(daemon, channels):
    return Castore(channels(daemon.target), "snix.castore.v1")


@contextlib.contextmanager
def watching(service, *digests):
    """The events of some blobs, or of all; from when the server has begun to look."""
    call = service.call("Watch", service.message("WatchRequest")(digests=digests))
    # The call has no answer before the first event.
    time.sleep(0.5)
    yield call
    call.cancel()


def until_end(events):
    """The events of the next transfer up to its last."""
    first = next(events)
    rest = (event for event in events if event.transfer == first.transfer)
    seen = [first]
    while seen[-1].state not in {DONE, FAILED}:
        seen.append(next(rest))
    return seen


def test_a_read_is_seen_from_its_start_to_its_end(service, castore):
    content = noise("watched read", SPLIT_SIZE)
    digest = castore.put([content])
    with watching(service, digest) as events:
        castore.read(digest)
        seen = until_end(events)
    assert (seen[0].state, seen[-1].state) == (STARTED, DONE)
    assert {event.state for event in seen[1:-1]} <= {RUNNING}
    assert {event.direction for event in seen} == {READ}
    assert {event.digest for event in seen} == {digest}
    assert {event.total_byte_count for event in seen} == {SPLIT_SIZE}
    assert seen[-1].byte_count == SPLIT_SIZE
    counts = [event.byte_count for event in seen]
    assert counts == sorted(counts)
    assert seen[0].source


def test_a_write_is_seen_and_has_its_digest_at_the_end(service, castore):
    content = noise("watched write", SPLIT_SIZE)
    with watching(service) as events:
        castore.put(frames(content, 500_000))
        seen = until_end(events)
    assert (seen[0].state, seen[-1].state) == (STARTED, DONE)
    assert {event.direction for event in seen} == {WRITE}
    assert seen[0].digest == b""
    assert (seen[-1].digest, seen[-1].byte_count) == (digest_of(content), SPLIT_SIZE)


def test_a_read_that_its_client_ends_is_seen_to_fail(daemon, service, castore):
    digest = castore.put(itertools.repeat(noise("watched failure", SPLIT_SIZE), 10))
    with watching(service, digest) as events, connect(daemon.target, options=NARROW) as channel:
        call = Castore(channel, "snix.castore.v1").read_call(digest)
        next(call)
        call.cancel()
        last = until_end(events)[-1]
    assert last.state == FAILED
    assert last.status.code != 0


def test_other_blobs_are_not_seen(service, castore):
    wanted, other = castore.put([b"wanted"]), castore.put([b"other"])
    with watching(service, wanted) as events:
        castore.read(other)
        castore.read(wanted)
        assert next(events).digest == wanted
