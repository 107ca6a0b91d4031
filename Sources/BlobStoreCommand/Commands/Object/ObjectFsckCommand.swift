// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ObjectBlobStore

/// Checks an object store.
struct ObjectFsckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Read an object store and check that every blob is complete.",
        discussion: """
            In packs, every one is read once, and every record is checked. In the castore layout, every \
            blob is read, and so are chunks as often as blobs have them.

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

    @Flag(help: "Keep what is sound, and remove the rest, so that it counts as absent.")
    var repair = false

    func run() async throws {
        let report = try await store.withObjectStore { objects in
            try await Progress.showing("fsck", display) { progress in
                try await objects.check(repair: repair) { done, total in
                    let what = total.map { "\(done) of \($0) packs" } ?? "\(done) blobs"
                    progress.set(remark: ", \(what)")
                }
            }
        }
        let output = StandardOutput()
        if format.json {
            try output.print(json: Line(report))
        } else {
            for problem in report.problems + report.brokenBlobs { try output.print(problem) }
            let packs = "\(report.packCount) packs, \(report.recordCount) records, "
            let outcome =
                report.isSound ? "all is well" : report.isRepaired ? "repaired" : "damaged"
            try output.print(
                (report.packCount > 0 ? packs : "") + "\(report.blobCount) blobs: \(outcome)"
            )
        }
        try output.flush()
        if !report.isSound { throw ExitStatus.End(status: .damaged) }
    }
}

extension ObjectFsckCommand.Line {
    fileprivate init(_ report: ObjectCheckReport) {
        packs = report.packCount
        records = report.recordCount
        blobs = report.blobCount
        problems = report.problems
        brokenBlobs = report.brokenBlobs
        repaired = report.isRepaired
    }
}
