# SPDX-License-Identifier: Apache-2.0
"""The health protocol of gRPC."""

import grpc
import pytest

from peers.clients import Service, connect, status_of
from peers.daemon import HEALTH, Daemon

SERVING, NOT_SERVING, SERVICE_UNKNOWN = 1, 2, 3
SERVICES = [
    "",
    "tvix.castore.v1.BlobService",
    "snix.castore.v1.BlobService",
    "blobstore.v1.BlobStore",
]


def check(channel, name, method="Check"):
    health = Service(channel, HEALTH)
    return health.call(method, health.message("HealthCheckRequest")(service=name))


@pytest.mark.parametrize("name", SERVICES)
def test_the_server_and_each_service_are_serving(daemon, channels, name):
    assert check(channels(daemon.target), name).status == SERVING


def test_an_unknown_service_is_not_found(daemon, channels):
    status = status_of(lambda: check(channels(daemon.target), "no.such.Service"))
    assert status == grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("name", SERVICES)
def test_who_watches_is_told_at_once(daemon, channels, name):
    call = check(channels(daemon.target), name, "Watch")
    assert next(call).status == SERVING
    call.cancel()


def test_who_watches_an_unknown_service_is_told_so(daemon, channels):
    call = check(channels(daemon.target), "no.such.Service", "Watch")
    assert next(call).status == SERVICE_UNKNOWN
    call.cancel()


def test_who_watches_is_told_of_the_end(binary, tmp_path):
    with Daemon(binary, tmp_path / "store") as daemon, connect(daemon.target) as channel:
        call = check(channel, "", "Watch")
        assert next(call).status == SERVING
        daemon.process.terminate()
        assert next(call).status == NOT_SERVING
