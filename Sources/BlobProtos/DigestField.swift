// SPDX-License-Identifier: Apache-2.0
package import BLAKE3
package import Foundation

extension BLAKE3Digest {
    /// The digest in a field of a message; `nil` if it has not 32 bytes.
    package init?(field: Data) {
        self.init(copying: field.bytes)
    }

    /// The bytes for a field of a message.
    package var field: Data {
        withBytes { bytes in bytes.withUnsafeBytes { Data($0) } }
    }
}
