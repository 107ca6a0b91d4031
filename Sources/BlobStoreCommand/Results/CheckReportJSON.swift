// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import LocalBlobStore

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
