// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Testing

@Suite("Digests")
struct DigestTests {
    private static let hex = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
    private static let base64 = "blake3-rxNJufX5oaagQE3qNtzJSZvLJcmtwRK3zJqTyuQfMmI"

    private static let malformed: [String] = [
        "", " ", "blake3", "blake3-", "sha256-" + base64.dropFirst(7), "blake3-" + hex,
        "Blake3-" + base64.dropFirst(7),
        // One digit or byte too few or too many.
        String(hex.dropLast()), String(hex.dropLast(2)), hex + "0", hex + "00",
        base64 + "A", base64 + "A=", String(base64.dropLast()), base64.dropLast() + "=",
        // Characters that are no digits, some of which look so.
        " " + hex, hex + "\n", "0x" + hex.dropLast(2), "g" + hex.dropFirst(),
        "\u{FF11}" + hex.dropFirst(), hex.dropLast(2) + "\u{E9}",
        "blake3- " + base64.dropFirst(8), "blake3-?" + base64.dropFirst(8), base64.dropLast() + "-",
        // Padding that does not fit, and bits after the last byte.
        base64 + "==", "blake3-=" + base64.dropFirst(8), base64.dropLast() + "J",
    ]

    @Test func `the digest of nothing is a constant`() {
        #expect(BLAKE3Digest.empty == BLAKE3Digest([]))
        #expect(BLAKE3Digest.empty == BLAKE3Hasher().finalize())
        #expect(BLAKE3Digest.empty.description == Self.hex)
        #expect("\(BLAKE3Digest.empty)" == Self.hex)
        #expect(BLAKE3Digest.empty.subresourceIntegrity == Self.base64 + "=")
    }

    @Test(arguments: [hex, hex.uppercased(), base64, base64 + "="])
    func `both forms are read`(text: String) {
        #expect(BLAKE3Digest(text) == .empty)
    }

    @Test(arguments: malformed)
    func `anything else is refused`(text: String) {
        #expect(BLAKE3Digest(text) == nil)
    }

    @Test func `text and bytes survive a round trip`() throws {
        var random = SeededRandom(seed: 1)
        for _ in 0..<50 {
            let bytes = random.bytes(32)
            let digest = try #require(BLAKE3Digest(copying: unsafe bytes.span.bytes))
            #expect(digest.description == bytes.hex)
            #expect(BLAKE3Digest(digest.description) == digest)
            #expect(BLAKE3Digest(digest.subresourceIntegrity) == digest)
            #expect(digest.withBytes { unsafe $0.withUnsafeBytes { unsafe Array($0) } } == bytes)
        }
    }

    @Test(arguments: [0, 31, 33])
    func `a digest has 32 bytes`(byteCount: Int) {
        #expect(BLAKE3Digest(copying: unsafe Inputs.counting(byteCount).span.bytes) == nil)
    }

    @Test func `the order is that of the text`() throws {
        var random = SeededRandom(seed: 2)
        var digests: [BLAKE3Digest] = []
        for position in 0..<32 {
            var bytes = [UInt8](repeating: 0x55, count: 32)
            for byte in [0, 0x54, 0xFF] as [UInt8] {
                bytes[position] = byte
                digests.append(try #require(BLAKE3Digest(copying: unsafe bytes.span.bytes)))
            }
        }
        digests.shuffle(using: &random)
        #expect(digests.sorted().map(\.description) == digests.map(\.description).sorted())
    }
}
