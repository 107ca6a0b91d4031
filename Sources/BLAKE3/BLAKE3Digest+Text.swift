// SPDX-License-Identifier: Apache-2.0

extension BLAKE3Digest: LosslessStringConvertible {
    /// Reads either textual form: 64 hexadecimal digits of either case, or `blake3-` and standard
    /// base64.
    ///
    /// The padding of base64 may be absent; bits beyond the 32 bytes must be zero. Everything else,
    /// surrounding space included, gives `nil`.
    public init?(_ text: String) {
        let prefix = Self.integrityPrefix.utf8
        let isIntegrity = text.utf8.starts(with: prefix)
        let bytes =
            isIntegrity
            ? Base64.decode(text.utf8.dropFirst(prefix.count)) : Base16.decode(text.utf8)
        guard let bytes else { return nil }
        self.init(copying: unsafe bytes.span.bytes)
    }

    /// The digest as 64 lower-case hexadecimal digits.
    public var description: String {
        withBytes { unsafe $0.withUnsafeBytes { unsafe Base16.encode($0) } }
    }

    /// The digest in the form of Subresource Integrity: `blake3-` and padded base64.
    public var subresourceIntegrity: String {
        Self.integrityPrefix + withBytes { unsafe $0.withUnsafeBytes { unsafe Base64.encode($0) } }
    }

    private static let integrityPrefix = "blake3-"
}

extension BLAKE3Digest: CustomDebugStringConvertible {
    /// The same as ``description``.
    public var debugDescription: String { description }
}
