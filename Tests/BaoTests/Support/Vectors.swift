// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What other implementations made of bytes that count; the file says which.
struct Vectors: Decodable {
    let blobs: [Blob]
    let slices: [Slice]
    let chainingValues: [ChainingValue]
    let responses: [Response]
    let captures: [Capture]
    let compactForms: [CompactForms]

    static let official: Vectors = {
        do {
            let url = try #require(
                Bundle.module.url(forResource: "bao-vectors", withExtension: "json")
            )
            return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
        } catch {
            fatalError("no test vectors: \(error)")
        }
    }()
}

extension Vectors {
    /// An input, its encodings and its outboards.
    struct Blob: Decodable, CustomTestStringConvertible {
        let byteCount: Int
        let chunkCount: Int
        let digest: String
        let inputSHA256: String
        let combinedByteCount: Int
        let combinedSHA256: String
        let outboardSHA256: String
        let groupOutboards: [GroupOutboard]

        var testDescription: String { "\(byteCount) bytes" }
    }

    /// Outboards without a header, for groups of 2^`groupLog` chunks.
    struct GroupOutboard: Decodable {
        let groupLog: Int
        let byteCount: Int
        let preOrderSHA256: String
        let postOrderSHA256: String
        /// In hexadecimal digits, if short.
        let preOrder: String?
        let postOrder: String?
    }

    /// A Bao slice of `length` bytes from `start` on.
    struct Slice: Decodable, CustomTestStringConvertible {
        let byteCount: Int
        let digest: String
        let start: UInt64
        let length: UInt64
        /// The first chunk, and the one after the last.
        let chunks: [Int]
        let parentCount: Int
        let encodedByteCount: Int
        let encodedSHA256: String
        let encodedDigest: String
        let encoded: String
        let decodedByteCount: Int
        let decodedSHA256: String

        var testDescription: String { "\(length) from \(start) of \(byteCount) bytes" }
    }

    /// The value of a subtree that begins at chunk `start`.
    struct ChainingValue: Decodable, CustomTestStringConvertible {
        let start: UInt64
        let byteCount: Int
        let value: String

        var testDescription: String { "\(byteCount) bytes at \(start)" }
    }
}

extension Vectors {
    /// A response with its header.
    struct Response: Decodable, CustomTestStringConvertible {
        let byteCount: Int
        let groupLog: Int
        let ranges: ChunkRanges
        let responseByteCount: Int
        let sha256: String
        /// First chunk and number of chunks.
        let parents: [[Int]]
        /// First byte and number of bytes.
        let leaves: [[Int]]

        var testDescription: String { "\(ranges.ranges) of \(byteCount) bytes" }
    }

    /// What went over the wire, for groups of 16 chunks.
    struct Capture: Decodable, CustomTestStringConvertible {
        let byteCount: Int
        let ranges: ChunkRanges
        let request: String?
        let responseByteCount: Int
        let sha256: String?
        let response: String?

        var testDescription: String { "\(ranges.ranges) of \(byteCount) bytes" }
    }

    /// Compact forms of all bytes of an input.
    struct CompactForms: Decodable, CustomTestStringConvertible {
        let byteCount: Int
        let groupLog: Int
        let groupCount: Int
        let groupListByteCount: Int
        let groupListSHA256: String
        let responseByteCount: Int
        let responseSHA256: String
        let runLog: Int
        let twoLevelByteCount: Int
        let twoLevelSHA256: String

        var testDescription: String { "\(byteCount) bytes" }
    }

    /// Ranges of chunks; an open end is `UInt64.max`.
    struct ChunkRanges: Decodable {
        let ranges: [Range<UInt64>]

        init(from decoder: any Decoder) throws {
            ranges = try [[UInt64?]](from: decoder).map { bounds in
                try #require(bounds.count == 2)
                let start = try #require(bounds[0])
                let end = bounds[1] ?? .max
                // No input has so many chunks, so the one before means the same; but a range from
                // `UInt64.max` on would be empty.
                return min(start, .max - 1)..<max(start, end)
            }
        }
    }
}
