// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3
import BlobStore

/// Says how large blobs are, and in how many chunks they are kept.
struct StatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat",
        abstract: "Print size and number of chunks of blobs.",
        discussion: """
            Each line has the digest, the size in bytes, and the number of chunks in which the \
            blob is kept: 1 if it is not split.
            """
    )

    private struct Line: Encodable {
        var digest: String
        var size: UInt64
        var split: Bool
        var chunks: Int
    }

    @OptionGroup var store: StoreOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var blobs: DigestsArgument

    func run() async throws {
        let found = try await store.withStore { service in
            try await Lanes.map(blobs.digests) { digest in
                try await service.stat(digest, StatOptions(chunks: true))
                    .map { (size: $0.size, chunkCount: $0.chunks?.count ?? 0) }
            }
        }
        let (output, tally) = (StandardOutput(), Tally())
        for (digest, info) in zip(blobs.digests, found) {
            guard let info else {
                tally.report(Failure(absent: digest))
                continue
            }
            let line = Line(
                digest: "\(digest)",
                size: info.size,
                split: info.chunkCount > 0,
                chunks: max(1, info.chunkCount)
            )
            if format.json {
                try output.print(json: line)
            } else {
                try output.print("\(line.digest) \(line.size) \(line.chunks)")
            }
        }
        try output.flush()
        try tally.finish()
    }
}
