// SPDX-License-Identifier: Apache-2.0
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
        switch error.resultCode.primaryResultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
            self.init(
                .corrupt,
                "\(path): the index is damaged (\(reason)); make it anew with"
                    + " `blobstore fsck --rebuild-index`"
            )
        case .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
            self.init(.refused, "\(path): \(reason)")
        default:
            self.init(.unavailable, "\(path): \(reason)")
        }
    }
}
