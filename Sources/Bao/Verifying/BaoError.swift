// SPDX-License-Identifier: Apache-2.0

/// Why an encoding, an outboard or a part of a blob does not prove what it should.
public enum BaoError: Error, Hashable, Sendable {
    /// These bytes do not have the hash that their parent, or the digest, says.
    ///
    /// With hashes that are sent ahead of the content that they are computed with, it may also be one
    /// of those (see ``BaoForm/siblings``).
    case mismatch(BaoItem)
    /// The input ended before or in this item.
    case endedEarly(BaoItem)
    /// The claimed size asks for a list of more bytes than are allowed.
    case listTooLong(byteCount: UInt64, limit: Int)
    /// A stored form has another length than the size asks for.
    case wrongLength(byteCount: UInt64, expected: UInt64)
    /// The bytes are no saved state, or a damaged one.
    case unsoundState
}

extension BaoError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .mismatch(let item): "\(item) does not match its hash"
        case .endedEarly(let item): "the input ended before \(item) was complete"
        case .listTooLong(let byteCount, let limit):
            "the claimed size needs \(byteCount) bytes of hashes, more than the \(limit) allowed"
        case .wrongLength(let byteCount, let expected):
            "has \(byteCount) bytes of hashes instead of \(expected)"
        case .unsoundState: "is not a sound record of verified chunks"
        }
    }
}
