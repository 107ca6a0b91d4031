# SPDX-License-Identifier: Apache-2.0
"""A server of castore's blob service that behaves as upstream's Rust server does.

Its habits: chunks are sent whether they were asked for or not, `bao` is always empty, messages have
at most 4 KiB, the empty blob is absent until someone puts it.

To have one by hand: python -m peers.stock_server [--lie NAME] [--port PORT] FILE...
"""

from concurrent import futures

import grpc

from peers.content import digest_of, frames
from peers.schemas import PACKAGES, STOCK, handler_of

MESSAGE_SIZE = 4 << 10
DIGEST_SIZE = 32


class Shelf:
    """What a server keeps: blobs, and the chunks into which they are cut."""

    def __init__(self, chunk_size=256 << 10):
        self._chunk_size = chunk_size
        self._chunks_of = {}
        self._contents = {}
        #: A chunk from within a blob, for those who want to spoil one.
        self.victim = None

    def put(self, content):
        digest = digest_of(content)
        pieces = frames(content, self._chunk_size)
        for piece in pieces:
            self._contents.setdefault(digest_of(piece), piece)
        self._contents[digest] = content
        if len(pieces) > 1:
            self._chunks_of[digest] = [(digest_of(piece), len(piece)) for piece in pieces]
            self.victim = pieces[1]
        return digest

    def get(self, digest):
        """The content of a blob or a chunk; `None` if it is not there."""
        return self._contents.get(digest)

    def chunks(self, digest):
        """Digests and sizes, in order; none of what is one piece."""
        return self._chunks_of.get(digest, [])


class StockCastore:
    """The blob service under one name. A liar overrides what it lies about."""

    schema = STOCK

    def __init__(self, package, shelf, calls):
        self.shelf = shelf
        self._package = package
        #: Each call, as the name of the method and the digest that it was about.
        self.calls = calls

    def handlers(self):
        """What a server needs to answer for the services."""
        return [handler_of(self.schema, f"{self._package}.BlobService", self)]

    def Stat(self, request, context):
        self._begin("Stat", request, context)
        content = self.shelf.get(request.digest)
        if content is None:
            context.abort(grpc.StatusCode.NOT_FOUND, "blob not found")
        return self.stat_reply(request, content, context)

    def Read(self, request, context):
        self._begin("Read", request, context)
        content = self.shelf.get(request.digest)
        if content is None:
            context.abort(grpc.StatusCode.NOT_FOUND, "blob not found")
        for piece in self.pieces(request.digest, content, context):
            yield self.message("BlobChunk", data=piece)

    def Put(self, requests, context):
        self.calls.append(("Put", b""))
        return self.message("PutBlobResponse", digest=self.stored(requests, context))

    def stat_reply(self, request, content, context):
        return self.message("StatBlobResponse", chunks=self.entries(request.digest))

    def entries(self, digest):
        return [
            self.message("StatBlobResponse.ChunkMeta", digest=chunk, size=size)
            for chunk, size in self.shelf.chunks(digest)
        ]

    def pieces(self, digest, content, context):
        return frames(content, MESSAGE_SIZE)

    def stored(self, requests, context):
        return self.shelf.put(b"".join(request.data for request in requests))

    def message(self, name, **fields):
        return self.schema.message(f"{self._package}.{name}")(**fields)

    def _begin(self, method, request, context):
        self.calls.append((method, request.digest))
        if len(request.digest) != DIGEST_SIZE:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "invalid digest length")


class StockServer:
    """A server on a free port: `with StockServer() as server: connect(server.target)`."""

    def __init__(self, castore=StockCastore, packages=PACKAGES, shelf=None, port=0):
        self.shelf = shelf or Shelf()
        self.calls = []
        pool = futures.ThreadPoolExecutor(max_workers=64)
        options = [("grpc.so_reuseport", 0), ("grpc.max_send_message_length", -1)]
        self._server = grpc.server(pool, options=options)
        for package in packages:
            for handler in castore(package, self.shelf, self.calls).handlers():
                self._server.add_generic_rpc_handlers([handler])
        self.port = self._server.add_insecure_port(f"127.0.0.1:{port}")
        self.target = f"127.0.0.1:{self.port}"
        self.url = f"grpc+http://{self.target}"

    def __enter__(self):
        self._server.start()
        return self

    def wait(self):
        self._server.wait_for_termination()

    def __exit__(self, *_):
        self._server.stop(grace=None).wait()


def main():
    import argparse
    from pathlib import Path

    from peers.liars import LIARS

    parser = argparse.ArgumentParser(description="A castore server as upstream's, or a liar.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--lie", choices=LIARS)
    parser.add_argument("files", nargs="*", type=Path)
    arguments = parser.parse_args()
    castore = LIARS[arguments.lie] if arguments.lie else StockCastore
    with StockServer(castore, port=arguments.port) as server:
        print(server.url, flush=True)
        for file in arguments.files:
            print(f"{server.shelf.put(file.read_bytes()).hex()}  {file}", flush=True)
        server.wait()


if __name__ == "__main__":
    main()
