# SPDX-License-Identifier: Apache-2.0
"""The messages and services of proto files, compiled when they are first used."""

import tempfile
from pathlib import Path

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

_HERE = Path(__file__).resolve().parent
_PACKAGES = ["tvix", "snix"]


class Schema:
    """The definitions of some proto files.

    Each schema keeps to itself, so that two may define the same names differently: a stock peer
    knows fewer fields than a peer with extensions.
    """

    def __init__(self, folder, files):
        self._pool = descriptor_pool.DescriptorPool()
        for file in _compiled(folder, files).file:
            self._pool.Add(file)

    def message(self, name):
        """The class of a message."""
        return message_factory.GetMessageClass(self._pool.FindMessageTypeByName(name))

    def methods(self, service):
        """The methods of a service."""
        return [Method(method) for method in self._pool.FindServiceByName(service).methods]


class Method:
    """A method of a service: its name, its path, its messages and what it streams."""

    def __init__(self, descriptor):
        self.name = descriptor.name
        self.path = f"/{descriptor.containing_service.full_name}/{descriptor.name}"
        self.request = message_factory.GetMessageClass(descriptor.input_type)
        self.response = message_factory.GetMessageClass(descriptor.output_type)
        streams = (
            "stream" if s else "unary"
            for s in (descriptor.client_streaming, descriptor.server_streaming)
        )
        self.kind = "_".join(streams)


class Stub:
    """A service that is called: `Stub(channel, STOCK, name).Stat(request)`."""

    def __init__(self, channel, schema, service):
        for method in schema.methods(service):
            call = getattr(channel, method.kind)(
                method.path,
                request_serializer=serialize,
                response_deserializer=method.response.FromString,
            )
            setattr(self, method.name, call)


def handler_of(schema, service, implementation):
    """What makes a gRPC server answer for a service with the methods of an object."""
    handlers = {}
    for method in schema.methods(service):
        make = getattr(grpc, f"{method.kind}_rpc_method_handler")
        handlers[method.name] = make(
            getattr(implementation, method.name),
            request_deserializer=method.request.FromString,
            response_serializer=serialize,
        )
    return grpc.method_handlers_generic_handler(service, handlers)


def serialize(message):
    """The bytes of a message; bytes stand for themselves, to send what no message can hold."""
    return message if isinstance(message, bytes) else message.SerializeToString()


def _compiled(folder, files):
    with tempfile.NamedTemporaryFile() as output:
        arguments = ["protoc", f"-I{folder}", f"--descriptor_set_out={output.name}", *files]
        if protoc.main(arguments) != 0:
            raise RuntimeError(f"{folder}: protoc cannot compile {files}")
        return descriptor_pb2.FileDescriptorSet.FromString(Path(output.name).read_bytes())


def _files(folder):
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*.proto"))


_STOCK_FOLDER = _HERE.parent / "protos"
_OWN_FOLDER = _HERE.parents[2] / "Protos"

#: castore's services as upstream defines them.
STOCK = Schema(_STOCK_FOLDER, _files(_STOCK_FOLDER))
#: Everything that our daemon serves, with extensions.
OWN = Schema(_OWN_FOLDER, _files(_OWN_FOLDER))
#: The packages under which castore's blob service is known.
PACKAGES = [f"{package}.castore.v1" for package in _PACKAGES]
