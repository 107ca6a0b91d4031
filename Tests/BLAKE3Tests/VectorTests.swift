// SPDX-License-Identifier: Apache-2.0

@_spi(Kernels) import BLAKE3
import Foundation
import Testing

/// The file that `dev/generate-blake3-vectors.py` writes.
private struct Vectors: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
        let inputByteCount: Int
        let hash: String
        let keyedHash: String
        let derivedKey: String

        var testDescription: String { "\(inputByteCount) bytes" }
        var input: [UInt8] { Inputs.counting(inputByteCount) }
    }

    let key: String
    let context: String
    let cases: [Case]

    static let official: Vectors = {
        do {
            let url = try #require(
                Bundle.module.url(forResource: "blake3-vectors", withExtension: "json")
            )
            return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
        } catch {
            fatalError("no test vectors: \(error)")
        }
    }()
}

@Suite("Official test vectors")
struct VectorTests {
    @Test(arguments: BLAKE3Kernel.supported, Vectors.official.cases)
    private func `plain hash`(kernel: BLAKE3Kernel, vector: Vectors.Case) {
        expect(BLAKE3Hasher(), kernel, of: vector.input, gives: vector.hash)
    }

    @Test(arguments: BLAKE3Kernel.supported, Vectors.official.cases)
    private func `keyed hash`(kernel: BLAKE3Kernel, vector: Vectors.Case) throws {
        let key = try #require(
            BLAKE3Key(copying: unsafe Array(Vectors.official.key.utf8).span.bytes)
        )
        expect(BLAKE3Hasher(key: key), kernel, of: vector.input, gives: vector.keyedHash)
    }

    @Test(arguments: BLAKE3Kernel.supported, Vectors.official.cases)
    private func `derived key`(kernel: BLAKE3Kernel, vector: Vectors.Case) {
        let hasher = BLAKE3Hasher(derivingKeyIn: Vectors.official.context)
        expect(hasher, kernel, of: vector.input, gives: vector.derivedKey)
    }

    /// Compares the extended output, of which the digest is the beginning.
    private func expect(
        _ hasher: BLAKE3Hasher,
        _ kernel: BLAKE3Kernel,
        of input: [UInt8],
        gives hex: String
    ) {
        var hasher = hasher.using(kernel)
        hasher.update(unsafe input.span.bytes)
        var reader = hasher.makeOutputReader()
        #expect(reader.read(hex.utf8.count / 2).hex == hex)
        #expect(hasher.finalize().description == hex.prefix(64))
    }
}
