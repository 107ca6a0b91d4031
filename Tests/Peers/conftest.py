# SPDX-License-Identifier: Apache-2.0
"""Servers and clients for the tests."""

from pathlib import Path

import pytest

from peers.certificates import Authority
from peers.clients import Castore, Service, connect
from peers.command import Command
from peers.daemon import Daemon
from peers.schemas import OWN, PACKAGES
from peers.stock_server import StockServer

pytest_plugins = ["conftest_objects"]


def pytest_addoption(parser):
    parser.addoption("--blobstore", metavar="PATH", help="the command line tool under test")


@pytest.fixture(scope="session")
def binary(request):
    path = request.config.getoption("--blobstore")
    if not path or not Path(path).is_file():
        pytest.fail("name the command under test: --blobstore .build/debug/blobstore")
    return Path(path).resolve()


@pytest.fixture(scope="session")
def local_daemon(binary, tmp_path_factory):
    with Daemon(binary, tmp_path_factory.mktemp("local") / "store") as daemon:
        yield daemon


@pytest.fixture(scope="session")
def relay(binary, local_daemon):
    """A daemon that has its blobs from another one."""
    with Daemon(binary, local_daemon.url) as daemon:
        yield daemon


@pytest.fixture(scope="session")
def stock_server():
    with StockServer() as server:
        yield server


@pytest.fixture(scope="session")
def stock_relay(binary, stock_server):
    """A daemon that has its blobs from a stock server."""
    with Daemon(binary, stock_server.url) as daemon:
        yield daemon


@pytest.fixture(scope="session", params=["local_daemon", "relay"])
def daemon(request):
    """A daemon with everything that we have added to castore."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session", params=["stock_server", "local_daemon", "relay", "stock_relay"])
def server(request):
    """Servers of castore, ours and a stock one: what holds for all."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session", params=PACKAGES)
def package(request):
    return request.param


@pytest.fixture(scope="session")
def channels():
    """Opens a channel once for each target."""
    opened = {}

    def channel(target):
        if target not in opened:
            opened[target] = connect(target)
        return opened[target]

    yield channel
    for channel in opened.values():
        channel.close()


@pytest.fixture
def castore(server, package, channels):
    """A stock client of any castore server."""
    return Castore(channels(server.target), package)


@pytest.fixture
def stock_client(daemon, package, channels):
    """A stock client of our daemon: what it does better than others."""
    return Castore(channels(daemon.target), package)


@pytest.fixture
def own_client(daemon, package, channels):
    """A client of our daemon that knows the extensions."""
    return Castore(channels(daemon.target), package, OWN)


@pytest.fixture
def service(daemon, channels):
    """The service of our own."""
    return Service(channels(daemon.target), "blobstore.v1.BlobStore")


@pytest.fixture
def command_for(binary):
    """The command as a client of a store."""
    return lambda store, **environment: Command(binary, store, environment)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """An authority that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("strangers"), "stranger")
