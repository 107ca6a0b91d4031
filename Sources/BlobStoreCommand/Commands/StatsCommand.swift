// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import LocalBlobStore

/// Says how much is in the store, and what that takes.
struct StatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Print how much is in the store, and what that takes."
    )

    fileprivate struct Line: Encodable {
        var blobs: UInt64
        var blobBytes: UInt64
        var chunks: UInt64
        var chunkBytes: UInt64
        var compressedBytes: UInt64
        var storedBytes: UInt64
        var deduplicationRatio: Double
        var compressionRatio: Double
    }

    @OptionGroup var store: StoreOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let service = try await store.openLocal(for: Self.configuration)
        let statistics = try await service.statistics()
        let output = StandardOutput()
        if format.json {
            try output.print(json: Line(statistics))
        } else {
            for line in Self.lines(statistics) { try output.print(line) }
        }
        try output.flush()
    }

    private static func lines(_ statistics: LocalStoreStatistics) -> [String] {
        let deduplication = statistics.deduplicationRatio.rounded(toDigits: 2)
        let compression = statistics.compressionRatio.rounded(toDigits: 2)
        return [
            "blobs:          \(statistics.blobCount), \(ByteCount(statistics.logicalByteCount))",
            "chunks:         \(statistics.chunkCount), \(ByteCount(statistics.uniqueByteCount))",
            "compressed to:  \(ByteCount(statistics.compressedByteCount))",
            "files on disk:  \(ByteCount(statistics.storedByteCount))",
            "deduplication:  \(deduplication) times smaller",
            "compression:    \(compression) times smaller",
        ]
    }
}

extension StatsCommand.Line {
    fileprivate init(_ statistics: LocalStoreStatistics) {
        blobs = statistics.blobCount
        blobBytes = statistics.logicalByteCount
        chunks = statistics.chunkCount
        chunkBytes = statistics.uniqueByteCount
        compressedBytes = statistics.compressedByteCount
        storedBytes = statistics.storedByteCount
        deduplicationRatio = statistics.deduplicationRatio
        compressionRatio = statistics.compressionRatio
    }
}
