# SPDX-License-Identifier: Apache-2.0
"""TLS with and without certificates of clients, unix sockets, and nginx in between."""

import grpc
import pytest

from peers.clients import Castore, connect, status_of
from peers.content import SPLIT_SIZE, digest_of, frames, noise
from peers.daemon import Daemon
from peers.nginx import Nginx
from peers.schemas import PACKAGES

MIB = 1 << 20


def check_service(channel, package):
    """Stat, Put, Read and what they say of an absent blob."""
    castore = Castore(channel, package)
    content = noise(("transport", package), SPLIT_SIZE)
    assert not castore.has(digest_of(content))
    assert castore.put(frames(content, 100_000)) == digest_of(content)
    assert castore.has(digest_of(content))
    assert castore.read(digest_of(content)) == content
    status = status_of(lambda: castore.read(digest_of(b"nowhere")))
    assert status == grpc.StatusCode.NOT_FOUND


def check_command(command, folder):
    """The command puts a file, gets it back, and knows that another is missing."""
    content = noise("transport of the command", SPLIT_SIZE)
    put = command.run("put", content=content)
    assert put.status == 0, put.messages
    got = command.run("get", digest_of(content), "-o", folder / "file")
    assert got.status == 0, got.messages
    assert (folder / "file").read_bytes() == content
    assert command.run("has", digest_of(b"nowhere")).status == 1


# TLS


def tls_options(authority, *options):
    certificate, key = authority.issue("server")
    return ["--tls-cert", certificate, "--tls-key", key, *options]


@pytest.fixture(scope="module")
def tls_daemon(binary, authority, tmp_path_factory):
    store = tmp_path_factory.mktemp("tls") / "store"
    with Daemon(binary, store, tls_options(authority)) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def mutual_tls_daemon(binary, authority, tmp_path_factory):
    store = tmp_path_factory.mktemp("mutual-tls") / "store"
    options = tls_options(authority, "--tls-client-ca", authority.roots)
    with Daemon(binary, store, options) as daemon:
        yield daemon


def credentials(authority, client=None):
    """How a client knows the server and, if it has a certificate, is known."""
    certificate, key = client or (None, None)
    return grpc.ssl_channel_credentials(
        authority.roots.read_bytes(),
        key and key.read_bytes(),
        certificate and certificate.read_bytes(),
    )


def is_let_in(daemon, credentials):
    with connect(daemon.target, credentials) as channel:
        castore = Castore(channel, "snix.castore.v1")
        return status_of(lambda: castore.stat(digest_of(b""))) == grpc.StatusCode.OK


def url_of(daemon, authority, client=None, host="localhost"):
    url = f"grpc+https://{host}:{daemon.port}?tls-ca-cert-path={authority.roots}"
    if client:
        url += f"&tls-client-cert-path={client[0]}&tls-client-key-path={client[1]}"
    return url


@pytest.mark.parametrize("package", PACKAGES)
def test_a_client_that_trusts_the_authority_is_served_over_tls(tls_daemon, authority, package):
    with connect(tls_daemon.target, credentials(authority)) as channel:
        check_service(channel, package)


def test_a_client_that_trusts_another_authority_stays_away(tls_daemon, stranger):
    assert not is_let_in(tls_daemon, credentials(stranger))


def test_a_client_without_tls_is_not_served(tls_daemon):
    assert not is_let_in(tls_daemon, None)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_command_speaks_tls(tls_daemon, authority, command_for, tmp_path, host):
    check_command(command_for(url_of(tls_daemon, authority, host=host)), tmp_path)


def test_the_command_does_not_trust_another_authority(tls_daemon, stranger, command_for):
    result = command_for(url_of(tls_daemon, stranger)).run("has", digest_of(b"x"))
    assert result.status > 1
    assert "certificate" in result.messages.lower()


def test_a_client_with_a_certificate_is_served_over_mutual_tls(mutual_tls_daemon, authority):
    with connect(
        mutual_tls_daemon.target, credentials(authority, authority.issue("me"))
    ) as channel:
        check_service(channel, "snix.castore.v1")


def test_a_client_without_a_certificate_is_not_let_in(mutual_tls_daemon, authority):
    assert not is_let_in(mutual_tls_daemon, credentials(authority))


def test_a_client_with_a_certificate_of_a_stranger_is_not_let_in(
    mutual_tls_daemon, authority, stranger
):
    assert not is_let_in(mutual_tls_daemon, credentials(authority, stranger.issue("me")))


def test_the_command_speaks_mutual_tls(mutual_tls_daemon, authority, command_for, tmp_path):
    url = url_of(mutual_tls_daemon, authority, authority.issue("command"))
    check_command(command_for(url), tmp_path)


def test_the_command_without_a_certificate_is_not_let_in(mutual_tls_daemon, authority, command_for):
    result = command_for(url_of(mutual_tls_daemon, authority)).run("has", digest_of(b"x"))
    assert result.status > 1
    assert result.seconds < 20


# Unix sockets


@pytest.fixture
def unix_daemon(binary, tmp_path):
    with Daemon(binary, tmp_path / "store", listen=tmp_path / "socket") as daemon:
        yield daemon


def test_a_unix_socket_serves(unix_daemon):
    with connect(unix_daemon.target) as channel:
        check_service(channel, "snix.castore.v1")


def test_the_command_speaks_through_a_unix_socket(unix_daemon, command_for, tmp_path):
    check_command(command_for(unix_daemon.url), tmp_path)


# nginx


@pytest.fixture(scope="module")
def nginx(local_daemon, tmp_path_factory):
    with Nginx(tmp_path_factory.mktemp("nginx"), local_daemon.target) as nginx:
        yield nginx


@pytest.mark.parametrize("package", PACKAGES)
def test_nginx_passes_everything_on(nginx, package):
    with connect(nginx.target) as channel:
        check_service(channel, package)


def test_nginx_passes_large_blobs_on(nginx):
    content = noise("through nginx", 24 * MIB)
    with connect(nginx.target) as channel:
        castore = Castore(channel, "snix.castore.v1")
        assert castore.put(frames(content, MIB)) == digest_of(content)
        assert castore.read(digest_of(content)) == content


def test_the_command_speaks_through_nginx(nginx, command_for, tmp_path):
    check_command(command_for(nginx.url), tmp_path)
