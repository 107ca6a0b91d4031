// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import ObjectStorage

/// The object that says that there is a packed store: one line, `blobstore packed 1`.
enum PackedFormat {
    /// What the keys of all objects begin with.
    static let prefix = "packed/"

    private static let key = "packed/format"
    private static let formatName = "blobstore packed"
    private static let version = 1
    private static let byteLimit = 1000

    /// Whether there is a packed store.
    ///
    /// Fails with `unsupported` if it has another format.
    static func isSaid(in storage: any ObjectStorage) async throws(BlobError) -> Bool {
        guard let content = try await storage.content(of: key, upTo: byteLimit) else {
            return false
        }
        let line = String(buffer: content).prefix { $0 != "\n" }
        guard line == "\(formatName) \(version)" else {
            throw BlobError(
                .unsupported,
                "\(storage.name)/\(key): says '\(line)', this program knows '\(formatName) \(version)'"
            )
        }
        return true
    }

    static func say(in storage: any ObjectStorage) async throws(BlobError) {
        try await storage.put(key, ByteBuffer(string: "\(formatName) \(version)\n"))
    }
}
