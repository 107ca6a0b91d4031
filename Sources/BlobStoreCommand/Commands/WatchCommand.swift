// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3
import BlobStore

/// Lists what a server transfers.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Tell what a server transfers: what it sends, takes and fetches.",
        discussion: """
            Prints a line for each event until it is interrupted or the server ends. Events are best \
            effort: whoever reads them too slowly misses some.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var format: FormatOptions

    @Argument(help: "The blobs to watch; none: all.", transform: DigestArgument.parse)
    var digests: [BLAKE3Digest] = []

    func run() async throws {
        try await store.withOpenStore { store, location in
            guard store.server != nil else {
                throw Failure(
                    .usage,
                    "\(location.name): only a server tells what it transfers",
                    advice: "give --store grpc+http://HOST:PORT"
                )
            }
            let (output, isJSON) = (StandardOutput(), format.json)
            try await store.watch(digests) { event in
                if isJSON {
                    try output.print(json: TransferJSON(event))
                } else {
                    try output.print(TransferText.line(event))
                }
                try output.flush()
            }
        }
    }
}
