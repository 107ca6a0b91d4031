// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ObjectBlobStore

/// Puts small objects together and removes what nobody needs.
struct ObjectGCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Put small packs together, and remove packs that writers have left behind.",
        discussion: """
            Others may read and write meanwhile. No blob is removed. What was put together is removed \
            by a later run, when it is old enough. In the castore layout only files go that writers have \
            left behind beside the objects.
            """
    )

    fileprivate struct Line: Encodable {
        var indexObjectsBefore: Int
        var indexObjects: Int
        var mergedPacks: Int
        var removedPacks: Int
        var removedBytes: UInt64
        var recentPacks: Int
        var leftovers: Int
    }

    @OptionGroup var store: StoreOptions
    @OptionGroup var format: FormatOptions

    @Option(
        help: ArgumentHelp(
            "How many hours a pack must have been there before it is removed.",
            valueName: "hours"
        )
    )
    var age = 24

    func validate() throws {
        guard (2...87_600).contains(age) else {
            throw ValidationError("--age: 2 to 87600 hours are expected")
        }
    }

    func run() async throws {
        let report = try await store.withObjectStore { objects in
            try await objects.collectGarbage(olderThan: Int64(age) * 3600)
        }
        let output = StandardOutput()
        if format.json {
            try output.print(json: Line(report))
        } else {
            for line in Self.lines(report) { try output.print(line) }
        }
        try output.flush()
    }

    private static func lines(_ report: GarbageReport) -> [String] {
        [
            "index objects:  \(report.indexCount), before \(report.indexCountBefore)",
            "merged packs:   \(report.mergedPackCount)",
            "removed packs:  \(report.removedPackCount), \(ByteCount(report.removedByteCount))",
            "kept for now:   \(report.recentPackCount)",
            "leftovers:      \(report.leftoverCount)",
        ]
    }
}

extension ObjectGCCommand.Line {
    fileprivate init(_ report: GarbageReport) {
        indexObjectsBefore = report.indexCountBefore
        indexObjects = report.indexCount
        mergedPacks = report.mergedPackCount
        removedPacks = report.removedPackCount
        removedBytes = report.removedByteCount
        recentPacks = report.recentPackCount
        leftovers = report.leftoverCount
    }
}
