// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Chunking
import Foundation
import Testing

/// The file that `dev/generate-fastcdc-vectors.py` writes.
private struct Vectors: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
        let name: String
        let zeros: Bool
        let byteCount: Int
        let minimum: Int
        let average: Int
        let maximum: Int
        let normalization: Int
        let seed: UInt64
        let ends: [Int]

        var testDescription: String { name }
    }

    let key: String
    let cases: [Case]

    static let peer: Vectors = {
        do {
            let url = try #require(
                Bundle.module.url(forResource: "fastcdc-vectors", withExtension: "json")
            )
            return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
        } catch {
            fatalError("no test vectors: \(error)")
        }
    }()

    /// The first 8 MiB of the extended BLAKE3 output of the key.
    static let stream: [UInt8] = {
        var hasher = BLAKE3Hasher()
        hasher.update(unsafe Array(peer.key.utf8).span.bytes)
        var reader = hasher.makeOutputReader()
        var stream = [UInt8](repeating: 0, count: 8 << 20)
        var elements = stream.mutableSpan
        var bytes = unsafe elements.mutableBytes
        reader.read(into: &bytes)
        return stream
    }()
}

@Suite("Cuts made by another implementation")
struct VectorTests {
    @Test(arguments: Vectors.peer.cases, [1 << 30, 65_536, 4099])
    private func `are ours too`(vector: Vectors.Case, pieceByteCount: Int) throws {
        let parameters = try ChunkingParameters(
            minimum: vector.minimum,
            average: vector.average,
            maximum: vector.maximum,
            normalization: vector.normalization,
            seed: vector.seed
        )
        let input =
            vector.zeros
            ? [UInt8](repeating: 0, count: vector.byteCount)
            : Array(Vectors.stream.prefix(vector.byteCount))
        let pieces = repeatElement(pieceByteCount, count: input.count / pieceByteCount)
        #expect(FastCDC.ends(input, parameters, pieces: pieces) == vector.ends)
    }

    @Test private func `are those of the standard parameters`() throws {
        let vector = try #require(Vectors.peer.cases.first { $0.name == "standard" })
        #expect(FastCDC.ends(Vectors.stream, .standard) == vector.ends)
    }
}
