// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobStore
import ObjectBlobStore
import ObjectStorage

/// Looks after an object store.
struct ObjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "object",
        abstract: "Look after a store in packs in an object store.",
        subcommands: [ObjectGCCommand.self, ObjectFsckCommand.self]
    )
}

extension StoreOptions {
    /// Runs `body` with a store in packs; others are refused.
    fileprivate func withPackedStore<Value: Sendable>(
        _ body: (PackedBlobService) async throws -> Value
    ) async throws -> Value {
        try await withOpenStore { store, location in
            guard let objects = store.objects else {
                throw Failure(
                    .usage,
                    "\(location.name): is no object store",
                    advice: "give --store objectstore+s3://BUCKET or the like"
                )
            }
            guard let packed = try await objects.packed() else {
                throw Failure(
                    .usage,
                    "\(objects.storage.name): has the castore layout, and only packs need looking after"
                )
            }
            return try await body(packed)
        }
    }
}

/// Puts small objects together and removes what nobody needs.
struct ObjectGCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Put small packs together, and remove packs that writers have left behind.",
        discussion: """
            Others may read and write meanwhile. No blob is removed. What was put together is removed \
            by a later run, when it is old enough.
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
        let report = try await store.withPackedStore { service in
            try await service.collectGarbage(olderThan: Int64(age) * 3600)
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

/// Checks an object store.
struct ObjectFsckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Read every pack and check it, and that every blob is complete.",
        discussion: """
            Others may read and write meanwhile, but with --repair they should not write.

            Exit status: 0 if all is well, 65 if something is damaged, whether or not it was repaired.
            """
    )

    fileprivate struct Line: Encodable {
        var packs: Int
        var records: Int
        var blobs: Int
        var problems: [String]
        var brokenBlobs: [String]
        var repaired: Bool
    }

    @OptionGroup var store: StoreOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var display: ProgressOptions

    @Flag(help: "Keep what is sound, and forget the rest, so that it counts as absent.")
    var repair = false

    func run() async throws {
        let report = try await store.withPackedStore { service in
            try await Progress.showing("fsck", display) { progress in
                try await service.check(repair: repair) { done, total in
                    progress.set(remark: ", \(done) of \(total) packs")
                }
            }
        }
        let output = StandardOutput()
        if format.json {
            try output.print(json: Line(report))
        } else {
            for problem in report.problems + report.brokenBlobs { try output.print(problem) }
            try output.print(
                "\(report.packCount) packs, \(report.recordCount) records, \(report.blobCount) blobs:"
                    + (report.isSound
                        ? " all is well" : report.isRepaired ? " repaired" : " damaged")
            )
        }
        try output.flush()
        if !report.isSound { throw ExitStatus.End(status: .damaged) }
    }
}

extension ObjectFsckCommand.Line {
    fileprivate init(_ report: PackedCheckReport) {
        packs = report.packCount
        records = report.recordCount
        blobs = report.blobCount
        problems = report.problems
        brokenBlobs = report.brokenBlobs
        repaired = report.isRepaired
    }
}
