// SPDX-License-Identifier: Apache-2.0
import BLAKE3

extension BLAKE3Digest {
    /// Reads the key of an object that is named by its content: a prefix and 64 hexadecimal digits.
    init?(key: String, prefix: String) {
        guard key.hasPrefix(prefix), let name = BLAKE3Digest(String(key.dropFirst(prefix.count))),
            "\(prefix)\(name)" == key
        else { return nil }
        self = name
    }
}
