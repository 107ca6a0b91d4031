// SPDX-License-Identifier: Apache-2.0
import BLAKE3
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
        let verdict = report.isSound ? "all is well" : "\(report.affectedBlobs.count) blobs affected"
        lines.append(
            "\(verdict): \(report.recordCount) records in \(report.packCount) packs,"
                + " \(ByteCount(report.byteCount))"
        )
        return lines
    }
}

/// What a check has found, for programs.
struct CheckReportJSON: Encodable {
    struct Damage: Encodable {
        var file: String
        var start: UInt64
        var end: UInt64
    }

    struct AffectedBlob: Encodable {
        var digest: String
        var reason: String
    }

    var sound: Bool
    var packs: Int
    var records: Int
    var bytes: UInt64
    var damages: [Damage]
    var lost: [String]
    var affected: [AffectedBlob]
    var unindexedRecords: Int

    init(_ report: StoreCheckReport) {
        sound = report.isSound
        packs = report.packCount
        records = report.recordCount
        bytes = report.byteCount
        damages = report.damages.map {
            Damage(file: $0.file, start: $0.range.lowerBound, end: $0.range.upperBound)
        }
        lost = report.lostDigests.map(\.description)
        affected = report.affectedBlobs.map {
            AffectedBlob(digest: "\($0.digest)", reason: $0.reason)
        }
        unindexedRecords = report.unindexedRecordCount
    }
}
