// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// The ways in which people write a digest.
///
/// | form | length | where it comes from |
/// |---|---|---|
/// | hexadecimal | 64 | this program, `b3sum` |
/// | `blake3-` and base64 | 50, 51 | Subresource Integrity, Nix; with or without padding |
/// | base64 | 43, 44 | the same without its name |
/// | base32, lower case | 52 | iroh |
///
/// Base64 may be the one for URLs.
enum DigestText {
    private static let integrityPrefix = "blake3-"

    /// Reads a digest, or returns `nil` if the text is none.
    static func parse(_ text: String) -> BLAKE3Digest? {
        if text.hasPrefix(integrityPrefix) {
            return base64(String(text.dropFirst(integrityPrefix.count)))
        }
        return switch text.utf8.count {
        case 64: BLAKE3Digest(text)
        case 52: base32(text)
        case 43, 44: base64(text)
        default: nil
        }
    }

    private static func base64(_ text: String) -> BLAKE3Digest? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        return BLAKE3Digest(integrityPrefix + standard)
    }

    /// Reads the 32 bytes from base32 without padding (RFC 4648, section 6), in lower case.
    private static func base32(_ text: String) -> BLAKE3Digest? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var bitCount = 0
        for character in text.utf8 {
            guard let value = base32Value(character) else { return nil }
            bits = bits << 5 | UInt32(value)
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        // 52 digits have 260 bits; the last four are of no use and must be zero.
        guard bits & (1 << bitCount - 1) == 0 else { return nil }
        return BLAKE3Digest(copying: unsafe bytes.span.bytes)
    }

    private static func base32Value(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a")
        case UInt8(ascii: "2")...UInt8(ascii: "7"): character - UInt8(ascii: "2") + 26
        default: nil
        }
    }
}
