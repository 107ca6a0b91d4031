// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Foundation

/// Files with settings or tokens in them.
enum SmallFile {
    private static let largest = 1 << 20

    /// Reads a file; `nil` if there is none.
    ///
    /// Fails with `refused` if it cannot be read, is larger than 1 MiB or is no text.
    static func text(of path: String) throws(BlobError) -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let bytes: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            bytes = try file.read(upToCount: largest + 1) ?? Data()
        } catch {
            throw BlobError(.refused, "\(path): cannot be read", cause: error)
        }
        guard bytes.count <= largest, let text = String(validating: bytes, as: UTF8.self) else {
            throw BlobError(.refused, "\(path): is no text, or has more than \(largest) bytes")
        }
        return text
    }

    /// Reads a file with a token in it, without what is around the token.
    static func token(in path: String) throws(BlobError) -> String {
        guard let text = try text(of: path) else {
            throw BlobError(
                .refused,
                "\(path): there is no such file, which should have a token in it"
            )
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
