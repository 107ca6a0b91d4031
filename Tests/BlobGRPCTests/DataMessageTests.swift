// SPDX-License-Identifier: Apache-2.0
import BlobProtos
import Foundation
import GRPCCore
import NIOCore
import SwiftProtobuf
import Testing

@testable import BlobGRPC

/// The codec of our own beside the generated one.
@Suite struct DataMessageTests {
    /// The container that messages are encoded into.
    private struct Bytes: GRPCContiguousBytes, Equatable {
        var data: Data

        init(repeating byte: UInt8, count: Int) { data = Data(repeating: byte, count: count) }
        init(_ sequence: some Sequence<UInt8>) { data = Data(sequence) }
        var count: Int { data.count }

        func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
            try unsafe data.withUnsafeBytes(body)
        }

        mutating func withUnsafeMutableBytes<R>(
            _ body: (UnsafeMutableRawBufferPointer) throws -> R
        ) rethrows -> R {
            try unsafe data.withUnsafeMutableBytes(body)
        }
    }

    private static func random(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max) }
    }

    @Test(arguments: [0, 1, 127, 128, 129, 16_383, 16_384, 70_000])
    func `what is encoded is what the generated code would encode`(size: Int) throws {
        let content = Self.random(size)
        let parts = [content.prefix(size / 3), content.dropFirst(size / 3)].map(
            ByteBuffer.init(bytes:)
        )
        let bytes: Bytes = try DataMessageSerializer().serialize(DataMessage(parts: parts))
        let expected = Snix_Castore_V1_BlobChunk.with { $0.data = Data(content) }
        #expect(bytes.data == (try expected.serializedData()))
        let decoded = try DataMessageDeserializer().deserialize(bytes)
        #expect(decoded.parts.flatMap { Array($0.readableBytesView) } == content)
    }

    @Test func `damaged messages are read as the generated code reads them, or refused`() throws {
        let message = Snix_Castore_V1_BlobChunk.with { $0.data = Data(Self.random(200)) }
        let whole = try message.serializedData()
        for _ in 0..<20_000 {
            var data = Data(whole.prefix(Int.random(in: 0...whole.count)))
            for _ in 0..<Int.random(in: 0...3) where !data.isEmpty {
                data[Int.random(in: 0..<min(data.count, 6))] = UInt8.random(in: .min ... .max)
            }
            let ours = try? DataMessageDeserializer().deserialize(Bytes(data))
            guard let generated = try? Snix_Castore_V1_BlobChunk(serializedBytes: data) else {
                continue
            }
            // Ours knows no groups, which no peer has sent for fifteen years, and may refuse more.
            guard let ours else { continue }
            let found = ours.parts.flatMap { Array($0.readableBytesView) }
            try #require(found == Array(generated.data), "\(Array(data))")
        }
    }
}
