// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ObjectBlobStore

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
