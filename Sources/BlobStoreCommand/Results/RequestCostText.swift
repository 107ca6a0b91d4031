// SPDX-License-Identifier: Apache-2.0
import ObjectStorage

/// What was asked of object stores, in words.
enum RequestCostText {
    /// Says how many requests of each kind there were, and how much was moved.
    static func line(_ counts: RequestCounts) -> String {
        let kinds = RequestKind.allCases.filter { counts[$0] > 0 }
            .map { "\(counts[$0]) \($0.rawValue)" }
        let requests = kinds.isEmpty ? "" : " (\(kinds.joined(separator: ", ")))"
        return "requests:       \(counts.total)\(requests),"
            + " \(ByteCount(UInt64(counts.sentByteCount))) sent,"
            + " \(ByteCount(UInt64(counts.receivedByteCount))) received"
    }
}
