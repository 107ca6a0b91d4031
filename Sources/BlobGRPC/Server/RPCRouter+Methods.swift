// SPDX-License-Identifier: Apache-2.0
import GRPCCore
import GRPCProtobuf
import SwiftProtobuf

extension RPCRouter {
    /// Registers a method with one request and one answer.
    mutating func addUnary<Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message>(
        _ method: String,
        of service: String,
        _ body: @escaping @Sendable (Request) async throws -> Response
    ) {
        registerHandler(
            forMethod: MethodDescriptor(
                fullyQualifiedService: service,
                method: method,
                type: .unary
            ),
            deserializer: ProtobufDeserializer<Request>(),
            serializer: ProtobufSerializer<Response>()
        ) { request, _ in
            let request = try await ServerRequest(stream: request)
            let response = try await body(request.message)
            return StreamingServerResponse(single: ServerResponse(message: response))
        }
    }

    /// Registers a method with one request and a stream of answers.
    mutating func addServerStream<Request: SwiftProtobuf.Message, Serializer: MessageSerializer>(
        _ method: String,
        of service: String,
        _ serializer: Serializer,
        _ body:
            @escaping @Sendable (
                Request, RPCWriter<Serializer.Message>, ServerContext
            ) async throws -> Void
    ) {
        registerHandler(
            forMethod: MethodDescriptor(
                fullyQualifiedService: service,
                method: method,
                type: .serverStreaming
            ),
            deserializer: ProtobufDeserializer<Request>(),
            serializer: serializer
        ) { request, context in
            let request = try await ServerRequest(stream: request)
            return StreamingServerResponse { writer in
                try await body(request.message, writer, context)
                return [:]
            }
        }
    }

    /// Registers a method with a stream of requests and one answer.
    mutating func addClientStream<
        Deserializer: MessageDeserializer,
        Response: SwiftProtobuf.Message
    >(
        _ method: String,
        of service: String,
        _ deserializer: Deserializer,
        _ body:
            @escaping @Sendable (
                RPCAsyncSequence<Deserializer.Message, any Error>,
                ServerContext
            ) async throws -> Response
    ) {
        registerHandler(
            forMethod: MethodDescriptor(
                fullyQualifiedService: service,
                method: method,
                type: .clientStreaming
            ),
            deserializer: deserializer,
            serializer: ProtobufSerializer<Response>()
        ) { request, context in
            let response = try await body(request.messages, context)
            return StreamingServerResponse(single: ServerResponse(message: response))
        }
    }

    /// Registers a method with a stream of requests and a stream of answers.
    mutating func addBidirectional<
        Request: SwiftProtobuf.Message,
        Response: SwiftProtobuf.Message
    >(
        _ method: String,
        of service: String,
        _ body:
            @escaping @Sendable (
                RPCAsyncSequence<Request, any Error>,
                RPCWriter<Response>,
                ServerContext
            ) async throws -> Void
    ) {
        registerHandler(
            forMethod: MethodDescriptor(
                fullyQualifiedService: service,
                method: method,
                type: .bidirectionalStreaming
            ),
            deserializer: ProtobufDeserializer<Request>(),
            serializer: ProtobufSerializer<Response>()
        ) { request, context in
            StreamingServerResponse { writer in
                try await body(request.messages, writer, context)
                return [:]
            }
        }
    }
}
