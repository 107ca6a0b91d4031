// SPDX-License-Identifier: Apache-2.0
import ObjectBlobStore
import ObjectStorage

/// What `stats` prints of an object store.
struct ObjectStatisticsResult {
    private struct Line: Encodable {
        var blobs: Int
        var blobBytes: UInt64?
        var chunks: Int
        var chunkBytes: UInt64?
        var compressedBytes: UInt64
        var objects: Int
        var storedBytes: UInt64
        var requests: [String: Int]?
    }

    private let statistics: ObjectStatistics
    private let costs: RequestCounts?

    init(_ statistics: ObjectStatistics, _ costs: RequestCounts?) {
        self.statistics = statistics
        self.costs = costs
    }

    func print(json: Bool) throws {
        let output = StandardOutput()
        if json {
            try output.print(
                json: Line(
                    blobs: statistics.blobCount,
                    blobBytes: statistics.logicalByteCount,
                    chunks: statistics.chunkCount,
                    chunkBytes: statistics.uniqueByteCount,
                    compressedBytes: statistics.compressedByteCount,
                    objects: statistics.objectCount,
                    storedBytes: statistics.storedByteCount,
                    requests: costs?.byKind
                )
            )
        } else {
            for line in lines { try output.print(line) }
        }
        try output.flush()
    }

    private var lines: [String] {
        func size(_ byteCount: UInt64?) -> String { byteCount.map { ", \(ByteCount($0))" } ?? "" }
        var lines = [
            "blobs:          \(statistics.blobCount)\(size(statistics.logicalByteCount))",
            "chunks:         \(statistics.chunkCount)\(size(statistics.uniqueByteCount))",
            "compressed to:  \(ByteCount(statistics.compressedByteCount))",
            "objects:        \(statistics.objectCount), \(ByteCount(statistics.storedByteCount))",
        ]
        if let costs { lines.append(RequestCostText.line(costs)) }
        return lines
    }
}
