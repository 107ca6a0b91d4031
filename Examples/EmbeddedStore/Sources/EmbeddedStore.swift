// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import LocalBlobStore
import NIOCore

@main
struct EmbeddedStore {
    // usage: EmbeddedStore FOLDER
    static func main() async throws {
        let store = try await LocalBlobService(at: .init(CommandLine.arguments[1]))

        // Bytes that are at hand.
        let greeting = try await store.put(ByteBuffer(string: "Hello, blob store!\n"))
        print("put", greeting)

        // Bytes that arrive bit by bit. Without `finish` no blob would be stored.
        var writer = try await BlobWriter(to: store)
        for number in 1...100_000 {
            try await writer.write(ByteBuffer(string: "line \(number)\n"))
        }
        let lines = try await writer.finish()
        print("put", lines)

        // A range of a blob, and what a missing blob looks like.
        if let body = try await store.read(greeting, in: ByteRange(from: 7, upTo: 11)) {
            print("read", String(buffer: try await body.collect(upTo: 1024)))
        }
        let absent = BLAKE3Digest(hashing: ByteBuffer(string: "never put").readableBytesSpan)
        print("absent:", try await store.read(absent) == nil)

        // A blob read like a file.
        if var reader = try await BlobReader(lines, from: store) {
            try reader.seek(to: reader.size - 12)
            print("the end:", String(buffer: try await reader.read(upTo: 100)))
        }
    }
}
