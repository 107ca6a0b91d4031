// SPDX-License-Identifier: Apache-2.0
import GRPCCore
import NIOCore

/// A message with content and nothing else: `BlobChunk` and `SliceChunk`.
///
/// Most of what passes through a connection is in these, so they have a codec of their own, which
/// copies the content once; the generated one would do so twice.
struct DataMessage: Sendable {
    /// Field 1, whose bytes are those of all parts.
    var parts: [ByteBuffer]

    init(_ data: ByteBuffer) { parts = [data] }

    init(parts: [ByteBuffer]) { self.parts = parts }

    var byteCount: Int { parts.reduce(0) { $0 + $1.readableBytes } }
}

struct DataMessageSerializer: MessageSerializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: DataMessage) throws -> Bytes {
        Bytes(Encoding(of: message))
    }

    /// The encoded bytes, which are copied as a whole.
    private struct Encoding: Sequence {
        let header: ByteBuffer
        let parts: [ByteBuffer]
        let underestimatedCount: Int

        init(of message: DataMessage) {
            let byteCount = message.byteCount
            var header = ByteBuffer()
            if byteCount > 0 { ProtobufWire.writeBytesHeader(field: 1, byteCount, to: &header) }
            self.header = header
            parts = message.parts
            underestimatedCount = header.readableBytes + byteCount
        }

        func makeIterator() -> some IteratorProtocol<UInt8> {
            ([header] + parts).lazy.flatMap(\.readableBytesView).makeIterator()
        }

        // What `ByteBuffer(bytes:)` calls for a sequence without storage of its own.
        // swift-format-ignore: NoLeadingUnderscores
        func _copyContents(
            initializing buffer: UnsafeMutableBufferPointer<UInt8>
        ) -> (Iterator, UnsafeMutableBufferPointer<UInt8>.Index) {
            let memory = UnsafeMutableRawBufferPointer(buffer)
            var count = 0
            for part in [header] + parts where part.readableBytes <= memory.count - count {
                unsafe part.withUnsafeReadableBytes { bytes in
                    let room = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count...])
                    unsafe room.copyMemory(from: bytes)
                }
                count += part.readableBytes
            }
            return (Encoding(of: DataMessage(parts: [])).makeIterator(), count)
        }
    }
}

struct DataMessageDeserializer: MessageDeserializer {
    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> DataMessage {
        try unsafe bytes.withUnsafeBytes { memory in
            let span = unsafe memory.bytes
            guard let content = ProtobufWire.lastBytes(ofField: 1, in: span) else {
                throw RPCError(code: .invalidArgument, message: "a message is malformed")
            }
            return DataMessage(unsafe ByteBuffer(bytes: memory[content]))
        }
    }
}
