// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// The rules for the names of objects.
package enum ObjectKey {
    /// Whether a key is made of parts that are neither empty nor `.` or `..`, each of letters, digits,
    /// `-`, `_` and `.`.
    package static func isValid(_ key: String) -> Bool {
        key.utf8.allSatisfy { isAllowed($0) || $0 == UInt8(ascii: "/") }
            && key.split(separator: "/", omittingEmptySubsequences: false)
                .allSatisfy { $0 != "" && $0 != "." && $0 != ".." }
    }

    /// Whether a byte may be in a part of a key.
    package static func isAllowed(_ byte: UInt8) -> Bool {
        switch UnicodeScalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
        default: false
        }
    }

    /// Refuses what is no key; in a folder it could name a file outside.
    static func check(_ key: String) throws(BlobError) {
        guard isValid(key) else { throw BlobError(.refused, "'\(key)' is no key of an object") }
    }
}
