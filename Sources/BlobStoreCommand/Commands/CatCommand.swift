// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobStore

/// Writes blobs to standard output, one after the other.
struct CatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Write blobs to standard output, one after the other.",
        discussion: "If a blob is not in the store, nothing is written."
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var display: ProgressOptions
    @OptionGroup var blobs: DigestsArgument

    func run() async throws {
        try await store.withStore { try await write($0) }
    }

    private func write(_ service: any BlobService) async throws {
        let sizes = try await Lanes.map(blobs.digests) { digest in
            guard let info = try await service.stat(digest) else { throw Failure(absent: digest) }
            return info.size
        }
        let total = sizes.reduce(0, +)
        try await Progress.showing("cat", display, total: total) { progress in
            for (digest, size) in zip(blobs.digests, sizes) {
                let download = BlobDownload(
                    service: service,
                    digest: digest,
                    size: size,
                    progress: progress
                )
                try await download.copy(0..<size, to: OutputStream.standard)
            }
        }
    }
}
