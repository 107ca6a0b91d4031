// SPDX-License-Identifier: Apache-2.0
import GRPCCore
import GRPCProtobuf
import SwiftProtobuf

/// How many fields a request has, entries of its lists each counted.
enum RPCEntries {
    /// Of a request without lists.
    static let few = 64
}

extension RPCRouter {
    /// Registers a method with one request and one answer.
    mutating func addUnary<Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message>(
        _ method: String,
        of service: String,
        upTo entryCount: Int = RPCEntries.few,
        _ body: @escaping @Sendable (Request, IncomingCall) async throws -> Response
    ) {
        registerHandler(
            forMethod: MethodDescriptor(
                fullyQualifiedService: service,
                method: method,
                type: .unary
            ),
            deserializer: BoundedDeserializer<Request>(limit: entryCount),
            serializer: ProtobufSerializer<Response>()
        ) { request, context in
            let call = IncomingCall(context, request.metadata)
            let request = try await ServerRequest(stream: request)
            let response = try await body(request.message, call)
            return StreamingServerResponse(single: ServerResponse(message: response))
        }
    }

    /// Registers a method with one request and a stream of answers.
    mutating func addServerStream<Request: SwiftProtobuf.Message, Serializer: MessageSerializer>(
        _ method: String,
        of service: String,
        upTo entryCount: Int = RPCEntries.few,
        _ serializer: Serializer,
        _ body:
            @escaping @Sendable (
                Request, RPCWriter<Serializer.Message>, IncomingCall
            ) async throws -> Void
    ) {
        registerHandler(
            forMethod: MethodDescriptor(
                fullyQualifiedService: service,
                method: method,
                type: .serverStreaming
            ),
            deserializer: BoundedDeserializer<Request>(limit: entryCount),
            serializer: serializer
        ) { request, context in
            let call = IncomingCall(context, request.metadata)
            let request = try await ServerRequest(stream: request)
            return StreamingServerResponse { writer in
                try await body(request.message, writer, call)
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
                IncomingCall
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
            let call = IncomingCall(context, request.metadata)
            let response = try await body(request.messages, call)
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
        upTo entryCount: Int = RPCEntries.few,
        _ body:
            @escaping @Sendable (
                RPCAsyncSequence<Request, any Error>,
                RPCWriter<Response>,
                IncomingCall
            ) async throws -> Void
    ) {
        registerHandler(
            forMethod: MethodDescriptor(
                fullyQualifiedService: service,
                method: method,
                type: .bidirectionalStreaming
            ),
            deserializer: BoundedDeserializer<Request>(limit: entryCount),
            serializer: ProtobufSerializer<Response>()
        ) { request, context in
            let call = IncomingCall(context, request.metadata)
            return StreamingServerResponse { writer in
                try await body(request.messages, writer, call)
                return [:]
            }
        }
    }
}
