// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3
import Bao
import BlobStore

/// Writes the outboard of a blob.
struct OutboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outboard",
        abstract: "Write the hashes that check any part of a blob.",
        discussion: """
            The store keeps the hash of each 16 KiB, so the blob is not read. As it is, the result \
            is what iroh keeps in its .obao4 files.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var arrangement: ArrangementOptions
    @OptionGroup var layout: OutboardOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The digest of the blob.", transform: DigestArgument.parse)
    var digest: BLAKE3Digest

    func validate() throws { try layout.check(arrangement.form) }

    func run() async throws {
        let outboard = try await store.withStore { service in
            if let outboard = try await service.outboard(of: digest, in: .all) { return outboard }
            guard try await service.has(digest) else { throw Failure(absent: digest) }
            throw Failure(
                .unsupported,
                "\(digest): the store has the blob and sends no hashes",
                advice: "'blobstore get' and 'blobstore bao outboard' make them"
            )
        }
        let layout = layout.layout(arrangement.form, outboard.tree.groupSize)
        try await Blocking.run {
            var output = OrderedOutput(try OutputTarget(output.target))
            layout.forEachPart(of: outboard) { output.append($0) }
            try output.finish()
        }
    }
}
