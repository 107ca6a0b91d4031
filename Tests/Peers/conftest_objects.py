# SPDX-License-Identifier: Apache-2.0
"""Fixtures for tests of object stores. `conftest.py` names this file in `pytest_plugins`."""

import itertools

import pytest

from peers.s3_servers import SERVERS, Moto, Rclone, SeaweedCluster

_numbers = itertools.count(1)


def _started(kind, tmp_path_factory):
    with kind(tmp_path_factory.mktemp(kind.__name__.lower())) as server:
        yield server


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory):
    yield from _started(SeaweedCluster, tmp_path_factory)


@pytest.fixture(scope="session")
def rclone(tmp_path_factory):
    yield from _started(Rclone, tmp_path_factory)


@pytest.fixture(scope="session")
def moto(tmp_path_factory):
    yield from _started(Moto, tmp_path_factory)


@pytest.fixture(scope="session", params=list(SERVERS))
def s3_server(request):
    """Each of the servers: what holds for all."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def bucket(s3_server):
    """A bucket that no other test has."""
    return s3_server.make_bucket(f"bucket-{next(_numbers)}")
