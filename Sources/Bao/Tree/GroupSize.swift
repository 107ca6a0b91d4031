// SPDX-License-Identifier: Apache-2.0

/// How many chunks of 1024 bytes are checked together: a power of two.
///
/// Larger groups need fewer hashes and make the smallest part that can be checked larger. The digest
/// of a blob does not depend on it.
public struct GroupSize: Hashable, Sendable {
    /// Single chunks, as in the original Bao.
    public static let chunk = GroupSize(checked: 0)

    /// Groups of 16 KiB, as in iroh and in the stores of this package.
    public static let standard = GroupSize(checked: 4)

    /// The binary logarithm of the number of chunks, 0 to 10.
    public let log: Int

    /// Groups of 2^`log` chunks; `nil` if `log` is not 0 to 10.
    public init?(log: Int) {
        guard (0...10).contains(log) else { return nil }
        self.log = log
    }

    private init(checked log: Int) {
        self.log = log
    }

    /// The number of chunks in all groups but the last.
    public var chunkCount: UInt64 { 1 << UInt64(log) }

    /// The number of bytes in all groups but the last.
    public var byteCount: Int { 1024 << log }
}
