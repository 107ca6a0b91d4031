// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStoreTesting
import Testing

@testable import BlobStoreCommand

@Suite struct DigestTextTests {
    // The BLAKE3 digest of no bytes, in all forms; the base32 form as `python3 -c 'import base64'` has it.
    private static let hexadecimal =
        "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
    private static let forms = [
        hexadecimal,
        hexadecimal.uppercased(),
        "blake3-rxNJufX5oaagQE3qNtzJSZvLJcmtwRK3zJqTyuQfMmI=",
        "blake3-rxNJufX5oaagQE3qNtzJSZvLJcmtwRK3zJqTyuQfMmI",
        "rxNJufX5oaagQE3qNtzJSZvLJcmtwRK3zJqTyuQfMmI=",
        "rxNJufX5oaagQE3qNtzJSZvLJcmtwRK3zJqTyuQfMmI",
        "v4jutopv7gq2nicajxvdnxgjjgn4wjojvxarfn6mtkj4vza7gjra",
    ]

    @Test(arguments: forms)
    func `every form reads`(text: String) {
        #expect(DigestText.parse(text) == .empty)
    }

    @Test func `base64 for URLs reads`() throws {
        for seed in 0..<50 {
            let digest = TestBlob(size: 8, seed: UInt64(seed)).digest
            let text = digest.subresourceIntegrity.dropFirst("blake3-".count)
                .replacing("+", with: "-").replacing("/", with: "_")
            #expect(DigestText.parse(String(text)) == digest)
            #expect(DigestText.parse("blake3-" + text) == digest)
        }
    }

    @Test(arguments: [
        "", "blake3-", "af13", hexadecimal + "0", String(hexadecimal.dropLast()),
        String(repeating: "g", count: 64), " " + hexadecimal, hexadecimal + "\n",
        "sha256-rxNJufX5oaagQE3qNtzJSZvLJcmtwRK3zJqTyuQfMmI=",
        "blake3-rxNJufX5oaagQE3qNtzJSZvLJcmtwRK3zJqTyuQfMmJ=",
        "v4jutopv7gq2nicajxvdnxgjjgn4wjojvxarfn6mtkj4vza7gjrb",
        "V4JUTOPV7GQ2NICAJXVDNXGJJGN4WJOJVXARFN6MTKJ4VZA7GJRA",
        "1111111111111111111111111111111111111111111111111111",
    ])
    func `anything else does not`(text: String) {
        #expect(DigestText.parse(text) == nil)
    }
}
