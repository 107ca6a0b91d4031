# SPDX-License-Identifier: Apache-2.0
"""Buckets behind TLS, with certificates that an authority of one's own has issued."""

import pytest

from peers.content import SPLIT_SIZE, digest_of, noise
from peers.nginx import SecureNginx
from peers.s3_endpoint import S3Endpoint

REFUSED = 77
CONTENT = noise("secure", SPLIT_SIZE)


@pytest.fixture(scope="module")
def secure(rclone, authority, tmp_path_factory):
    """An S3 server behind one that speaks TLS."""
    folder = tmp_path_factory.mktemp("nginx")
    with SecureNginx(folder, rclone.url, *authority.issue("nginx")) as nginx:
        yield S3Endpoint(nginx.url, rclone.access_key, rclone.secret_key)


@pytest.fixture(scope="module")
def url(rclone, secure):
    """Makes the URL of the same store with other options."""
    bucket = rclone.make_bucket("secure")
    return lambda **options: secure.store_url(bucket, "p", aws_allow_http=None, **options)


@pytest.fixture
def command(command_for, tmp_path):
    """The command with a place of its own for what it knows of buckets."""
    return lambda store, **variables: command_for(store, XDG_CACHE_HOME=str(tmp_path), **variables)


def check_store(command):
    """The command puts a blob, gets it back, and knows that another is missing."""
    put = command.run("put", content=CONTENT)
    assert put.status == 0, put.messages
    got = command.run("get", digest_of(CONTENT))
    assert got.status == 0, got.messages
    assert got.output == CONTENT
    assert command.run("has", digest_of(b"nowhere")).status == 1


def check_distrust(result):
    assert result.status == REFUSED
    assert "certificate" in result.messages and "aws_ca_file" in result.messages


@pytest.mark.parametrize("layout", ["packed", "castore"])
def test_an_authority_is_named_in_the_url(secure, rclone, authority, command, layout):
    bucket = rclone.make_bucket(f"secure-{layout}")
    options = dict(aws_allow_http=None, aws_ca_file=authority.roots, layout=layout)
    check_store(command(secure.store_url(bucket, "p", **options)))


def test_an_authority_is_named_by_the_environment(url, authority, command):
    check_store(command(url(), AWS_CA_BUNDLE=str(authority.roots)))


def test_an_unknown_authority_is_not_trusted(url, command):
    check_distrust(command(url()).run("has", digest_of(CONTENT)))


def test_another_authority_is_not_trusted(url, stranger, command):
    check_distrust(command(url(aws_ca_file=stranger.roots)).run("has", digest_of(CONTENT)))


def test_the_name_of_the_server_is_checked(url, secure, authority, command):
    elsewhere = secure.url.replace("127.0.0.1", "127.0.0.2")
    store = url(aws_ca_file=authority.roots, aws_endpoint_url=elsewhere)
    check_distrust(command(store).run("has", digest_of(CONTENT)))


def test_http_has_to_be_allowed(url, rclone, command):
    result = command(url(aws_endpoint_url=rclone.url)).run("has", digest_of(CONTENT))
    assert result.status == REFUSED and "aws_allow_http" in result.messages
