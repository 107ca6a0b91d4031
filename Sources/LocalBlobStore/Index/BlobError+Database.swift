// SPDX-License-Identifier: Apache-2.0
import BlobDatabase
import BlobStore
import GRDB
import SystemPackage

extension BlobError {
    /// Says what a failure of SQLite means.
    init(database error: any Error, _ path: FilePath) {
        if let error = error as? BlobError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.unavailable, "\(path): cannot use the index", cause: error)
            return
        }
        let reason = error.message ?? "\(error.resultCode)"
        if error.meansDamage {
            self.init(
                .corrupt,
                "\(path): the index is damaged (\(reason)); make it anew with"
                    + " `blobstore fsck --rebuild-index`"
            )
            return
        }
        switch error.resultCode.primaryResultCode {
        case .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
            self.init(.refused, "\(path): \(reason)")
        default:
            self.init(.unavailable, "\(path): \(reason)")
        }
    }
}
