// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import BlobStore
import BlobStoreTesting
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import SwiftProtobuf
import Testing

@testable import BlobGRPC

/// What a server says when a client has told it how long it waits.
@Suite struct DeadlineTests {
    /// Calls the server in the name of a client that does not look at the clock itself.
    private func call<Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message>(
        _ service: String,
        _ method: String,
        timeout: String,
        answeredWith response: Response.Type,
        by blobs: any BlobService = MemoryBlobService(),
        _ send: @escaping @Sendable (RPCWriter<Request>) async throws -> Void
    ) async throws -> (answers: [Response], code: RPCError.Code?) {
        try await TestServer(blobs).runAlone { address in
            let port = try #require(tcpPort(of: address))
            let transport = try HTTP2ClientTransport.Posix(
                target: .ipv4(address: "127.0.0.1", port: port),
                transportSecurity: .plaintext
            )
            return try await withGRPCClient(transport: transport) { client in
                try await client.bidirectionalStreaming(
                    request: StreamingClientRequest(
                        metadata: ["grpc-timeout": "\(timeout)"],
                        producer: send
                    ),
                    descriptor: MethodDescriptor(
                        fullyQualifiedService: service,
                        method: method
                    ),
                    serializer: ProtobufSerializer<Request>(),
                    deserializer: ProtobufDeserializer<Response>(),
                    options: .defaults
                ) { reply in
                    var answers: [Response] = []
                    do {
                        for try await answer in reply.messages { answers.append(answer) }
                        return (answers, nil)
                    } catch {
                        return (answers, (error as? RPCError)?.code ?? .unknown)
                    }
                }
            }
        }
    }

    private func tcpPort(of address: GRPCAddress) -> Int? {
        guard case .host(_, let port) = address.endpoint else { return nil }
        return port
    }

    @Test func `an upload that takes too long has missed its deadline`() async throws {
        let (answers, code) = try await call(
            "snix.castore.v1.BlobService",
            "Put",
            timeout: "200m",
            answeredWith: Snix_Castore_V1_PutBlobResponse.self
        ) { (writer: RPCWriter<Snix_Castore_V1_BlobChunk>) in
            try await writer.write(.with { $0.data = Data([1, 2, 3]) })
            try await Task.sleep(for: .seconds(60))
        }
        #expect(answers.isEmpty)
        #expect(code == .deadlineExceeded)
    }

    @Test func `a question that is not answered in time has missed its deadline`() async throws {
        let (answers, code) = try await call(
            "snix.castore.v1.BlobService",
            "Stat",
            timeout: "200m",
            answeredWith: Snix_Castore_V1_StatBlobResponse.self,
            by: MuteBlobService()
        ) { (writer: RPCWriter<Snix_Castore_V1_StatBlobRequest>) in
            try await writer.write(.with { $0.digest = Data(repeating: 1, count: 32) })
        }
        #expect(answers.isEmpty)
        #expect(code == .deadlineExceeded)
    }

    @Test(arguments: [
        ("2H", Duration.seconds(7200)), ("3M", .seconds(180)), ("4S", .seconds(4)),
        ("5m", .milliseconds(5)), ("6u", .microseconds(6)), ("7n", .nanoseconds(7)),
        ("99999999H", .seconds(99_999_999 * 3600)), ("100000000S", nil), ("S", nil), ("", nil),
        ("1", nil), ("1s", nil), ("+1S", nil), ("-1S", nil), (" 1S", nil), ("1.5S", nil),
    ])
    func `a timeout has up to eight digits and a unit`(text: String, duration: Duration?) {
        #expect(Duration(grpcTimeout: text) == duration)
    }

    @Test(arguments: ["", "no.such.Service"])
    func `who watches the health until a deadline is not told of an end`(
        service: String
    ) async throws {
        let (answers, code) = try await call(
            "grpc.health.v1.Health",
            "Watch",
            timeout: "200000u",
            answeredWith: Grpc_Health_V1_HealthCheckResponse.self
        ) { (writer: RPCWriter<Grpc_Health_V1_HealthCheckRequest>) in
            try await writer.write(.with { $0.service = service })
        }
        #expect(answers.map(\.status) == [service.isEmpty ? .serving : .serviceUnknown])
        #expect(code == .deadlineExceeded)
    }
}
