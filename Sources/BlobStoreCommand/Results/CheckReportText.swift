// SPDX-License-Identifier: Apache-2.0
import LocalBlobStore

/// Writes what a check has found, for people.
enum CheckReportText {
    static func lines(_ report: StoreCheckReport) -> [String] {
        var lines = report.damages.map { damage in
            "damaged: \(damage.file), bytes \(damage.range.lowerBound)-\(damage.range.upperBound)"
        }
        lines += report.lostDigests.map { "lost: \($0)" }
        lines += report.affectedBlobs.map { "affected: \($0.digest): \($0.reason)" }
        if report.unindexedRecordCount > 0 {
            lines.append(
                "not in the index: \(report.unindexedRecordCount) records;"
                    + " 'blobstore fsck --rebuild-index' finds them"
            )
        }
        let verdict =
            report.isSound ? "all is well" : "\(report.affectedBlobs.count) blobs affected"
        lines.append(
            "\(verdict): \(report.recordCount) records in \(report.packCount) packs,"
                + " \(ByteCount(report.byteCount))"
        )
        return lines
    }
}
