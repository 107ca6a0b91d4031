// SPDX-License-Identifier: Apache-2.0
import BlobProtos
import GRPCCore
import GRPCProtobuf
import SwiftProtobuf

/// The health checking protocol of gRPC: everything is healthy until the server ends.
struct HealthMethods: RegistrableRPCService {
    static let name = "grpc.health.v1.Health"

    /// The names that can be asked for, besides the empty one.
    let services: [String]
    let calls: ServerCalls

    func registerMethods(with router: inout RPCRouter<some ServerTransport>) {
        router.addUnary("Check", of: Self.name) { request, _ in try check(request) }
        router.addServerStream(
            "Watch",
            of: Self.name,
            ProtobufSerializer<Grpc_Health_V1_HealthCheckResponse>()
        ) { request, writer, call in
            try await watch(request, writer, call)
        }
    }

    private func isKnown(_ service: String) -> Bool {
        service.isEmpty || services.contains(service)
    }

    private func check(
        _ request: Grpc_Health_V1_HealthCheckRequest
    ) throws(RPCError) -> Grpc_Health_V1_HealthCheckResponse {
        guard isKnown(request.service) else {
            throw RPCError(code: .notFound, message: "\(request.service): is not a service here")
        }
        return .with { $0.status = calls.isServing ? .serving : .notServing }
    }

    private func watch(
        _ request: Grpc_Health_V1_HealthCheckRequest,
        _ writer: RPCWriter<Grpc_Health_V1_HealthCheckResponse>,
        _ call: IncomingCall
    ) async throws {
        guard isKnown(request.service) else {
            try await writer.write(.with { $0.status = .serviceUnknown })
            // A service that comes to life later does not exist here.
            try await calls.waitForShutdown(call)
            return
        }
        try await writer.write(.with { $0.status = calls.isServing ? .serving : .notServing })
        try await calls.waitForShutdown(call)
        try await writer.write(.with { $0.status = .notServing })
    }
}
