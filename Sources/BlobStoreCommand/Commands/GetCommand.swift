// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3
import BlobStore
import SystemPackage

/// Writes a blob to a file or standard output, or restores a list of files.
struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Write a blob, or restore the files of a list.",
        usage: """
            blobstore get <digest> [--output <file>] [--range <A-B>]
            blobstore get --list <list> [--directory <folder>]
            """,
        discussion: """
            A file gets its name when it is complete; what had the name before is replaced then. \
            Every byte has been checked against the digest. If a get from a server ends early, what \
            has come stays beside the file and the same command goes on from there.

            --list restores what 'blobstore put -r' or b3sum printed. Paths that lead out of the \
            folder are refused, links are not followed, and only files are replaced.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var display: ProgressOptions

    @Argument(help: "The digest of the blob.", transform: DigestArgument.parse)
    var digest: BLAKE3Digest?

    @OptionGroup var output: OutputOptions

    @Option(
        help: ArgumentHelp(
            "The bytes wanted: A-B without byte B, or A- to the end.",
            discussion: "0-1024 are the first 1024 bytes. An end past the blob is clipped.",
            valueName: "A-B"
        ),
        transform: RangeArgument.parse
    )
    var range: ByteRange?

    @Option(
        help: "A list of digests and paths to restore; - is standard input.",
        completion: .file(),
        transform: PathArgument.parse
    )
    var list: FilePath?

    @Option(
        name: [.customShort("C"), .long],
        help: ArgumentHelp("Where to restore the files of the list.", valueName: "folder"),
        completion: .directory,
        transform: PathArgument.parse
    )
    var directory: FilePath?

    func validate() throws {
        guard (digest == nil) != (list == nil) else {
            throw ValidationError("either a digest or --list is expected")
        }
        guard list == nil || output.output == nil && range == nil else {
            throw ValidationError("--output and --range do not go with --list")
        }
        guard list != nil || directory == nil else {
            throw ValidationError("--directory goes with --list only")
        }
    }

    func run() async throws {
        if let list {
            try await restore(list)
        } else if let digest {
            try await write(digest)
        }
    }

    private func restore(_ list: FilePath) async throws {
        let plan = try RestorePlan(try await FileList.read(list))
        try await store.withOpenStore { store, location in
            try await restore(plan, from: store.service, isRemote: location.isRemote)
        }
    }

    private func restore(
        _ plan: RestorePlan,
        from service: any BlobService,
        isRemote: Bool
    ) async throws {
        let root = try await Blocking.run { try OutputFolder(making: directory ?? ".") }
        let tally = Tally()
        try await Progress.showing("get", display) { progress in
            let restorer = FileRestorer(
                service: service,
                isRemote: isRemote,
                folders: OutputFolderTree(below: root),
                tally: tally,
                progress: progress
            )
            try await restorer.restore(plan)
        }
        try tally.finish()
    }

    private func write(_ digest: BLAKE3Digest) async throws {
        try await store.withOpenStore { try await write(digest, from: $0, $1) }
    }

    private func write(
        _ digest: BLAKE3Digest,
        from store: OpenStore,
        _ location: StoreLocation
    ) async throws {
        // All that reading needs comes with the answer, if it comes from afar.
        let wanted = StatOptions(chunks: location.isComposed, outboard: location.isComposed)
        guard let info = try await store.service.stat(digest, wanted) else {
            throw Failure(absent: digest)
        }
        let range = try resolve(range ?? .all, size: info.size, of: digest)
        try await Progress.showing("get", display, total: UInt64(range.count)) { progress in
            let download = BlobDownload(
                service: store.service,
                digest: digest,
                size: info.size,
                isRemote: location.isRemote,
                progress: progress
            )
            try await progress.following(store, digest) {
                if case .remote = location, range == 0..<info.size {
                    try await ResumableDownload(download: download).copy(to: output.target)
                } else {
                    try await download.copy(range, to: output.target)
                }
            }
        }
    }

    private func resolve(
        _ range: ByteRange,
        size: UInt64,
        of digest: BLAKE3Digest
    ) throws(Failure) -> Range<UInt64> {
        do throws(BlobError) {
            return try range.resolved(against: size)
        } catch {
            throw Failure(.usage, "\(digest): \(error.message)")
        }
    }
}
