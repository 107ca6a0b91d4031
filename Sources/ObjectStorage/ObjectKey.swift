// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// The rules for the names of objects.
enum ObjectKey {
    /// Refuses what is no key; in a folder it could name a file outside.
    static func check(_ key: String) throws(BlobError) {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ isPart($0) }) else {
            throw BlobError(.refused, "'\(key)' is no key of an object")
        }
    }

    private static func isPart(_ part: Substring) -> Bool {
        !part.isEmpty && part != "." && part != ".."
            && part.utf8.allSatisfy { byte in
                switch UnicodeScalar(byte) {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
                default: false
                }
            }
    }
}
