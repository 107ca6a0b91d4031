# SPDX-License-Identifier: Apache-2.0
"""Calls that no service has, that are malformed, or that end before their time."""

import time

import grpc
import pytest

from peers.clients import DEADLINE, NARROW, Castore, connect, status_of
from peers.content import EMPTY_DIGEST, noise

MIB = 1 << 20
GZIP = grpc.Compression.Gzip


@pytest.mark.parametrize(
    "path",
    [
        "/snix.castore.v1.BlobService/Delete",
        "/tvix.castore.v1.BlobService/stat",
        "/snix.castore.v2.BlobService/Stat",
        "/blobstore.v1.BlobStore/Nothing",
        "/",
    ],
)
def test_a_method_that_does_not_exist_is_unimplemented(daemon, channels, path):
    call = channels(daemon.target).unary_unary(path)
    assert status_of(lambda: call(b"", timeout=DEADLINE)) == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("method", ["Stat", "Read"])
def test_a_request_that_is_no_message_is_refused(daemon, channels, package, method):
    channel = channels(daemon.target)
    path = f"/{package}.BlobService/{method}"
    kind = channel.unary_unary if method == "Stat" else channel.unary_stream

    def call():
        list(kind(path)(b"\x0a\xff\xff", timeout=DEADLINE))

    assert status_of(call) in {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.INTERNAL}


def test_a_reader_that_gives_up_leaves_a_server_that_works(daemon, stock_client):
    content = noise("given up", 8 * MIB)
    digest = stock_client.put([content[: 4 * MIB - 100], content[4 * MIB - 100 :]])
    for _ in range(20):
        call = stock_client.read_call(digest)
        next(call)
        call.cancel()
        assert status_of(lambda call=call: list(call)) == grpc.StatusCode.CANCELLED
    assert stock_client.read(digest) == content


def test_a_reader_that_is_slow_meets_its_deadline(daemon, package):
    with connect(daemon.target, options=NARROW) as channel:
        castore = Castore(channel, package)
        digest = castore.put([noise("slow", 3 * MIB)] * 4)
        call = castore.read_call(digest, timeout=2)
        next(call)
        time.sleep(2.2)
        assert status_of(lambda: list(call)) == grpc.StatusCode.DEADLINE_EXCEEDED


def test_many_readers_that_stall_take_little_memory(local_daemon, package):
    before = local_daemon.memory()
    with connect(local_daemon.target, options=NARROW) as channel:
        castore = Castore(channel, package)
        digest = castore.put([noise("stalled", 3 * MIB)] * 10)
        calls = [castore.read_call(digest) for _ in range(32)]
        for call in calls:
            next(call)
        time.sleep(1)
        for call in calls:
            call.cancel()
    assert local_daemon.memory() - before < 200 * MIB


def test_a_compressed_request_is_understood_or_declined(daemon, package):
    with connect(daemon.target, options=[("grpc.default_compression_algorithm", GZIP)]) as channel:
        status = status_of(lambda: Castore(channel, package).stat(EMPTY_DIGEST))
    assert status in {grpc.StatusCode.OK, grpc.StatusCode.UNIMPLEMENTED}
