// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import Testing

/// What other implementations made of bytes that count; the resource of the library's tests.
struct BaoVectors: Decodable {
    let blobs: [Blob]
    let slices: [Slice]
    let compactForms: [CompactForms]

    /// An input, its encodings and its outboards.
    struct Blob: Decodable, CustomTestStringConvertible {
        let byteCount: Int
        let digest: String
        let combinedSHA256: String
        let outboardSHA256: String
        let groupOutboards: [GroupOutboard]

        var testDescription: String { "\(byteCount) bytes" }
    }

    /// Outboards without a header.
    struct GroupOutboard: Decodable {
        let groupLog: Int
        let preOrderSHA256: String
        let postOrderSHA256: String
    }

    /// A slice of `length` bytes from `start` on.
    struct Slice: Decodable, CustomTestStringConvertible {
        let byteCount: Int
        let digest: String
        let start: UInt64
        let length: UInt64
        let encodedSHA256: String
        let decodedSHA256: String

        var testDescription: String { "\(length) from \(start) of \(byteCount) bytes" }
    }

    /// A list as outboard, and encodings of siblings and runs.
    struct CompactForms: Decodable, CustomTestStringConvertible {
        let byteCount: Int
        let groupLog: Int
        let groupListSHA256: String
        let responseSHA256: String
        let runLog: Int
        let twoLevelSHA256: String

        var testDescription: String { "\(byteCount) bytes" }
    }

    /// The vectors of these tests.
    static let all: BaoVectors = {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let file = tests.appending(path: "BaoTests/Resources/bao-vectors.json")
        do {
            return try JSONDecoder().decode(BaoVectors.self, from: Data(contentsOf: file))
        } catch {
            fatalError("no test vectors: \(error)")
        }
    }()

    /// The input of so many bytes.
    static func input(byteCount: Int) -> ByteBuffer {
        ByteBuffer(bytes: (0..<byteCount).lazy.map { UInt8($0 % 251) })
    }
}
