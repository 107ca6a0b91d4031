# SPDX-License-Identifier: Apache-2.0
"""A server that answers every call with HTTP/2 frames that no gRPC library would send."""

import socket
import struct
import threading

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions

from peers.sockets import address_of

_GRPC = [(":status", "200"), ("content-type", "application/grpc")]


class RawServer:
    """`with RawServer(reset) as server: connect(server.target)`.

    `answer` is called with an HTTP/2 connection and the number of the stream on which a call came.
    """

    def __init__(self, answer):
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.target = address_of(self._listener)
        self.url = f"grpc+http://{self.target}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client:
            try:
                self._answer_calls(client)
            except (OSError, h2.exceptions.ProtocolError):
                pass

    def _answer_calls(self, client):
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        client.sendall(connection.data_to_send())
        while content := client.recv(64 << 10):
            for event in connection.receive_data(content):
                if isinstance(event, h2.events.StreamEnded):
                    self._answer(connection, event.stream_id)
            client.sendall(connection.data_to_send())


def message(content, length=None, is_compressed=False):
    """A message of gRPC with its header, which may lie."""
    return struct.pack(">?I", is_compressed, len(content) if length is None else length) + content


def reset(connection, stream):
    connection.send_headers(stream, _GRPC)
    connection.reset_stream(stream, h2.errors.ErrorCodes.INTERNAL_ERROR)


def reset_within_a_message(connection, stream):
    connection.send_headers(stream, _GRPC)
    connection.send_data(stream, message(bytes(100))[:50])
    connection.reset_stream(stream, h2.errors.ErrorCodes.ENHANCE_YOUR_CALM)


def goodbye(connection, stream):
    connection.send_headers(stream, _GRPC)
    connection.close_connection(last_stream_id=stream)


def end_without_status(connection, stream):
    connection.send_headers(stream, _GRPC)
    connection.send_data(stream, message(b""), end_stream=True)


def end_within_a_message(connection, stream):
    connection.send_headers(stream, _GRPC)
    connection.send_data(stream, message(bytes(100), length=1000))
    connection.send_headers(stream, [("grpc-status", "0")], end_stream=True)


def two_answers(connection, stream):
    connection.send_headers(stream, _GRPC)
    connection.send_data(stream, message(b"") * 2)
    connection.send_headers(stream, [("grpc-status", "0")], end_stream=True)


def no_answer(connection, stream):
    connection.send_headers(stream, _GRPC)
    connection.send_headers(stream, [("grpc-status", "0")], end_stream=True)


def message_of_4_gib(connection, stream):
    connection.send_headers(stream, _GRPC)
    connection.send_data(stream, message(bytes(100), length=0xFFFFFFFF))


def compressed_without_a_name(connection, stream):
    connection.send_headers(stream, _GRPC)
    connection.send_data(stream, message(b"\x78\x9c", is_compressed=True))
    connection.send_headers(stream, [("grpc-status", "0")], end_stream=True)


def malformed_protobuf(connection, stream):
    connection.send_headers(stream, _GRPC)
    connection.send_data(stream, message(b"\x0a\xff\xff\xff\xff\x0f\x12\x05"))
    connection.send_headers(stream, [("grpc-status", "0")], end_stream=True)


def status_that_is_no_number(connection, stream):
    connection.send_headers(stream, [*_GRPC, ("grpc-status", "good")], end_stream=True)


def page_of_a_proxy(connection, stream):
    connection.send_headers(stream, [(":status", "502"), ("content-type", "text/html")])
    connection.send_data(stream, b"<h1>Bad Gateway</h1>", end_stream=True)


def page_instead_of_grpc(connection, stream):
    connection.send_headers(stream, [(":status", "200"), ("content-type", "text/html")])
    connection.send_data(stream, b"<h1>Welcome</h1>", end_stream=True)


def very_long_reason(connection, stream):
    headers = [*_GRPC, ("grpc-status", "13"), ("grpc-message", "why " * 3000)]
    connection.send_headers(stream, headers, end_stream=True)


def reason_with_control_characters(connection, stream):
    reason = ("grpc-message", "fine%0Ablobstore: done%1B[2J%00%E2%80%AE")
    connection.send_headers(stream, [*_GRPC, ("grpc-status", "13"), reason], end_stream=True)


#: All of them, by name.
ANSWERS = {
    answer.__name__: answer
    for answer in (
        reset,
        reset_within_a_message,
        goodbye,
        end_without_status,
        end_within_a_message,
        two_answers,
        no_answer,
        message_of_4_gib,
        compressed_without_a_name,
        malformed_protobuf,
        status_that_is_no_number,
        page_of_a_proxy,
        page_instead_of_grpc,
        very_long_reason,
        reason_with_control_characters,
    )
}
