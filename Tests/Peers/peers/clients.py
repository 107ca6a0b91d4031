# SPDX-License-Identifier: Apache-2.0
"""Clients of the services, as thin as they can be: what they get is what was sent."""

import grpc

from peers.schemas import OWN, STOCK, Stub

#: How long a call may take, in seconds.
DEADLINE = 30

#: Lets a server send 64 KiB and no more until somebody takes them.
NARROW = [("grpc.http2.lookahead_bytes", 64 << 10), ("grpc.http2.bdp_probe", 0)]


def connect(target, credentials=None, options=()):
    """A channel with a connection of its own, and the default limit of 4 MiB for what comes."""
    options = [("grpc.use_local_subchannel_pool", 1), *options]
    if credentials is None:
        return grpc.insecure_channel(target, options)
    return grpc.secure_channel(target, credentials, options)


class Castore:
    """castore's blob service under the name of one package."""

    def __init__(self, channel, package, schema=STOCK):
        self.channel = channel
        self.package = package
        self._schema = schema
        self._stub = Stub(channel, schema, f"{package}.BlobService")

    def stat(self, digest, **fields):
        request = self._message("StatBlobRequest")(digest=digest, **fields)
        return self._stub.Stat(request, timeout=DEADLINE)

    def chunks(self, digest):
        return list(self.stat(digest, send_chunks=True).chunks)

    def has(self, digest):
        try:
            self.stat(digest)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.NOT_FOUND:
                raise
            return False
        return True

    def read_call(self, digest, timeout=DEADLINE):
        """The call as such: an iterator of messages that can be cancelled."""
        return self._stub.Read(self._message("ReadBlobRequest")(digest=digest), timeout=timeout)

    def pieces(self, digest):
        """The content of each message."""
        return [message.data for message in self.read_call(digest)]

    def read(self, digest):
        return b"".join(self.pieces(digest))

    def put(self, pieces, timeout=DEADLINE):
        """Stores what the pieces together hold, each in a message of its own."""
        return self._stub.Put(self.messages(pieces), timeout=timeout).digest

    def put_call(self, pieces, timeout=DEADLINE):
        """A call that goes on in the background."""
        return self._stub.Put.future(self.messages(pieces), timeout=timeout)

    def messages(self, pieces):
        chunk = self._message("BlobChunk")
        return (chunk(data=piece) for piece in pieces)

    def _message(self, name):
        return self._schema.message(f"{self.package}.{name}")


class Service:
    """Any other service: methods by name, messages from fields."""

    def __init__(self, channel, name):
        self._stub = Stub(channel, OWN, name)
        self._package = name.rpartition(".")[0]

    def call(self, method, request, timeout=DEADLINE):
        return getattr(self._stub, method)(request, timeout=timeout)

    def message(self, name):
        return OWN.message(f"{self._package}.{name}")


def status_of(call):
    """The status with which something ends that calls a server: `OK` if it raises nothing."""
    try:
        call()
    except grpc.RpcError as error:
        return error.code()
    return grpc.StatusCode.OK
