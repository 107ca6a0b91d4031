// SPDX-License-Identifier: Apache-2.0
package import GRDB

extension DatabaseError {
    /// Whether the file is damaged, or no database at all.
    package var meansDamage: Bool {
        switch resultCode.primaryResultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: true
        default: false
        }
    }
}
