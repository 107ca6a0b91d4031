# SPDX-License-Identifier: Apache-2.0
"""The command where no gRPC server answers: strange frames, other protocols, silence."""

import socket
import threading

import pytest

from peers.command import UNAVAILABLE, check_messages
from peers.content import digest_of, noise
from peers.nginx import Nginx
from peers.raw_server import ANSWERS, RawServer
from peers.sockets import address_of, free_address

DIGEST = digest_of(b"somewhere")
TIME_LIMIT = 30


def check_failure(result):
    assert result.status > 1, "the command says that all is well, or that a blob is absent"
    assert result.output == b""
    check_messages(result)
    assert result.seconds < TIME_LIMIT


@pytest.mark.parametrize(
    "words", [["has", DIGEST], ["cat", DIGEST], ["put"]], ids=lambda words: words[0]
)
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_frames_that_no_server_should_send_are_an_error(command_for, answer, words):
    with RawServer(answer) as server:
        result = command_for(server.url, BLOBSTORE_STALL_TIMEOUT="5").run(*words, content=noise("odd", 1000))
    check_failure(result)


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def url_of(listener):
    return f"grpc+http://{address_of(listener)}"


def test_a_server_that_accepts_and_says_nothing_is_an_error(command_for, listener):
    check_failure(command_for(url_of(listener), BLOBSTORE_STALL_TIMEOUT="5").run("has", DIGEST))


def test_a_server_of_another_protocol_is_an_error(command_for, listener):
    def answer():
        while True:
            client, _ = listener.accept()
            with client:
                client.recv(1000)
                client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    threading.Thread(target=_until_closed, args=(answer,), daemon=True).start()
    check_failure(command_for(url_of(listener), BLOBSTORE_STALL_TIMEOUT="5").run("has", DIGEST))
    listener.shutdown(socket.SHUT_RDWR)


def test_a_port_at_which_nobody_listens_is_an_error(command_for):
    result = command_for(f"grpc+http://{free_address()}").run("has", DIGEST)
    check_failure(result)
    assert result.status == UNAVAILABLE


def test_a_proxy_without_a_server_behind_it_is_an_error(command_for, tmp_path):
    with Nginx(tmp_path, free_address()) as nginx:
        result = command_for(nginx.url, BLOBSTORE_STALL_TIMEOUT="5").run("has", DIGEST)
    check_failure(result)


def _until_closed(body):
    try:
        body()
    except OSError:
        pass
