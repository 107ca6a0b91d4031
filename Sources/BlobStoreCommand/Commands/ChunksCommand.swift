// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3
import BlobStore

/// Lists the chunks of a blob.
struct ChunksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chunks",
        abstract: "List the chunks in which a blob is kept.",
        discussion: """
            Each line has the digest of a chunk, its offset in the blob and its size, in bytes. \
            A chunk is a blob itself: its digest can be read. A blob that is not split is one chunk.
            """
    )

    private struct Line: Encodable {
        var digest: String
        var offset: UInt64
        var size: UInt64
    }

    @OptionGroup var store: StoreOptions
    @OptionGroup var format: FormatOptions

    @Argument(help: "The digest of the blob.", transform: DigestArgument.parse)
    var digest: BLAKE3Digest

    func run() async throws {
        let found = try await store.withStore { service in
            try await service.stat(digest, StatOptions(chunks: true))
        }
        guard let info = found else { throw Failure(absent: digest) }
        var chunks = info.chunks ?? []
        if chunks.isEmpty { chunks = [ChunkReference(digest: digest, size: info.size)] }
        let output = StandardOutput()
        var offset: UInt64 = 0
        for chunk in chunks {
            if format.json {
                let line = Line(digest: "\(chunk.digest)", offset: offset, size: chunk.size)
                try output.print(json: line)
            } else {
                try output.print("\(chunk.digest) \(offset) \(chunk.size)")
            }
            offset += chunk.size
        }
        try output.flush()
    }
}
