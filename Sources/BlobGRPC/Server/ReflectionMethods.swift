// SPDX-License-Identifier: Apache-2.0
import BlobProtos
import Foundation
import GRPCCore
import SwiftProtobuf

/// The reflection protocol of gRPC, under one of its names: tells clients what can be called.
struct ReflectionMethods: RegistrableRPCService {
    /// The names of the service, the newest first.
    static let names = [
        "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
    ]

    let name: String
    let definitions: ReflectedDefinitions

    func registerMethods(with router: inout RPCRouter<some ServerTransport>) {
        router.addBidirectional("ServerReflectionInfo", of: name) {
            (
                requests: RPCAsyncSequence<Grpc_Reflection_V1_ServerReflectionRequest, any Error>,
                writer,
                _
            )
            in
            for try await request in requests {
                try await writer.write(definitions.answer(request))
            }
        }
    }
}

/// The definitions of the services, by file and by symbol.
struct ReflectedDefinitions: Sendable {
    private let services: [String]
    private let fileOfSymbol: [String: String]

    /// Reads the definitions of `services`.
    init(of services: [String]) {
        self.services = services.sorted()
        var fileOfSymbol: [String: String] = [:]
        for (name, bytes) in ServiceDefinitions.files {
            guard let file = try? Google_Protobuf_FileDescriptorProto(serializedBytes: bytes)
            else { continue }
            for symbol in Self.symbols(of: file) { fileOfSymbol[symbol] = name }
        }
        self.fileOfSymbol = fileOfSymbol
    }

    private static func symbols(of file: Google_Protobuf_FileDescriptorProto) -> [String] {
        let services = file.service.flatMap { service in
            [service.name] + service.method.map { "\(service.name).\($0.name)" }
        }
        let messages = file.messageType.flatMap { symbols(of: $0) }
        return (services + messages + file.enumType.map(\.name)).map { "\(file.package).\($0)" }
    }

    private static func symbols(of message: Google_Protobuf_DescriptorProto) -> [String] {
        let nested = message.nestedType.flatMap { symbols(of: $0) } + message.enumType.map(\.name)
        return [message.name] + nested.map { "\(message.name).\($0)" }
    }

    func answer(
        _ request: Grpc_Reflection_V1_ServerReflectionRequest
    ) -> Grpc_Reflection_V1_ServerReflectionResponse {
        var response = Grpc_Reflection_V1_ServerReflectionResponse()
        response.validHost = request.host
        response.originalRequest = request
        response.messageResponse = messageResponse(to: request)
        return response
    }

    private func messageResponse(
        to request: Grpc_Reflection_V1_ServerReflectionRequest
    ) -> Grpc_Reflection_V1_ServerReflectionResponse.OneOf_MessageResponse {
        switch request.messageRequest {
        case .listServices:
            let names = services.map { name in
                Grpc_Reflection_V1_ServiceResponse.with { $0.name = name }
            }
            return .listServicesResponse(.with { $0.service = names })
        case .fileByFilename(let name):
            return file(name)
        case .fileContainingSymbol(let symbol):
            return file(fileOfSymbol[symbol] ?? symbol)
        case .allExtensionNumbersOfType(let type) where fileOfSymbol[type] != nil:
            return .allExtensionNumbersResponse(.with { $0.baseTypeName = type })
        case .allExtensionNumbersOfType(let type):
            return .errorResponse(Self.notFound(type))
        case .fileContainingExtension(let request):
            return .errorResponse(Self.notFound("an extension of \(request.containingType)"))
        case nil:
            return .errorResponse(
                .with {
                    $0.errorCode = Int32(RPCError.Code.invalidArgument.rawValue)
                    $0.errorMessage = "message_request: is missing"
                }
            )
        }
    }

    private func file(
        _ name: String
    ) -> Grpc_Reflection_V1_ServerReflectionResponse.OneOf_MessageResponse {
        guard let bytes = ServiceDefinitions.files[name] else {
            return .errorResponse(Self.notFound(name))
        }
        return .fileDescriptorResponse(.with { $0.fileDescriptorProto = [bytes] })
    }

    private static func notFound(_ what: String) -> Grpc_Reflection_V1_ErrorResponse {
        .with {
            $0.errorCode = Int32(RPCError.Code.notFound.rawValue)
            $0.errorMessage = "\(what): is not known here"
        }
    }
}
