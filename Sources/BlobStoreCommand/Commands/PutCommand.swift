// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3
import BlobStore
import SystemPackage

/// Stores files.
struct PutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Store files and print their digests.",
        discussion: """
            Prints one digest for each file, in the order of the arguments; with -r, the digest \
            and the path of every file below each folder, in the format of b3sum, which \
            'blobstore get --list' restores. Links and special files are skipped with a note.

            A file that cannot be read, or that changes while it is read, is reported and the \
            others are stored; the exit status is 66 then. A digest that has been printed is \
            stored, whatever happens afterwards.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var writing: WriteOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var display: ProgressOptions

    @Flag(name: .shortAndLong, help: "Store every file below the folders; print paths as well.")
    var recursive = false

    @Argument(
        help: "Files to store; - or none is standard input.",
        completion: .file(),
        transform: PathArgument.parse
    )
    var files: [FilePath] = []

    func run() async throws {
        try await store.withOpenStore(writing) { store, location in
            try await put(to: store.service, location)
        }
    }

    private func put(to service: any BlobService, _ location: StoreLocation) async throws {
        let source = InputSource(
            files,
            recursive: recursive,
            excluding: try await Blocking.run { location.identity }
        )
        let results = InputResults(format: format.json ? .json : recursive ? .list : .digests)
        let total = try await Blocking.run { FileStatus.totalSize(of: files) }
        try await Progress.showing("put", display, total: total) { progress in
            let uploads = BlobUpload(service: service, progress: progress)
            let lanes = InputLanes(source: source)
            try await lanes.run(staging: { try await uploads.stage(&$0, results) }) { input in
                try await results.add(input) { try await uploads.put($0) }
            }
        }
        try results.finish()
    }
}
