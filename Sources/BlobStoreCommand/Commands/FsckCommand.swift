// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import LocalBlobStore

/// Checks the whole store.
struct FsckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Read everything in the store and check it against its digest.",
        discussion: """
            Prints what is damaged, which blobs cannot be read because of it, and a summary. Other \
            processes may use the store meanwhile, except with --rebuild-index.

            Exit status: 0 if all is well, 65 if something is damaged, whether or not it was \
            repaired.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var display: ProgressOptions

    @Flag(help: "First make the index anew from the packs.")
    var rebuildIndex = false

    @Flag(help: "Forget what is damaged, so that it counts as absent and can be put again.")
    var repair = false

    func run() async throws {
        if rebuildIndex { try await rebuild() }
        let service = try await store.openLocal(for: Self.configuration)
        let report = try await Progress.showing("fsck", display) { progress in
            try await service.check(repair: repair) {
                progress.set(bytes: $0.byteCount, of: $0.totalByteCount)
            }
        }
        let output = StandardOutput()
        if format.json {
            try output.print(json: CheckReportJSON(report))
        } else {
            for line in CheckReportText.lines(report) { try output.print(line) }
        }
        try output.flush()
        if !report.isSound { throw ExitStatus.End(status: .damaged) }
    }

    private func rebuild() async throws {
        let folder = try await store.existingFolder(for: Self.configuration)
        try await Progress.showing("rebuild", display) { progress in
            try await LocalBlobService.rebuildIndex(at: folder) { _, _ in }
        }
    }
}
