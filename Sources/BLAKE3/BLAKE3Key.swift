// SPDX-License-Identifier: Apache-2.0

/// A secret key of 32 bytes for the keyed hash.
///
/// Use 32 bytes of good randomness, or the output of ``BLAKE3Hasher/init(derivingKeyIn:)``; a
/// password is no key. The type has no `description` and no `==`, so that a key is not printed or
/// compared by accident.
public struct BLAKE3Key: Sendable {
    let bytes: Bytes32

    /// Copies a key of exactly 32 bytes; `nil` for any other number of bytes.
    public init?(copying bytes: RawSpan) {
        guard let bytes = Bytes32(copying: bytes) else { return nil }
        self.bytes = bytes
    }
}
