// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import LocalBlobStore
import ObjectBlobStore
import ObjectStorage

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

    @Flag(help: "Print how many requests of each kind it took, with an object store.")
    var cost = false

    func run() async throws {
        if case .composed = try await Blocking.run({ try store.choice.location }) {
            let isDone = try await store.withOpenStore { store, _ in
                guard let objects = store.objects else { return false }
                let statistics = try await objects.statistics()
                let costs = objects.storage.requests.counts
                try ObjectStatisticsResult(statistics, cost ? costs : nil).print(json: format.json)
                return true
            }
            if isDone { return }
        }
        if cost { throw Failure(.usage, "--cost is for object stores") }
        let service = try await store.openLocal(for: Self.configuration)
        try print(try await service.statistics())
    }

    private func print(_ statistics: LocalStoreStatistics) throws {
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
