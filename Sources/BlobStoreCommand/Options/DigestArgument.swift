// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3

/// Reads the digests among the arguments.
enum DigestArgument {
    /// Returns the digest that `text` stands for, or says what digests look like.
    static func parse(_ text: String) throws -> BLAKE3Digest {
        if let digest = DigestText.parse(text) { return digest }
        throw ValidationError(
            "64 hexadecimal digits or blake3-<base64> are expected"
        )
    }
}
