// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3
import BlobStore
import LocalBlobStore

/// Lists the blobs in the store.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the blobs in the store, in the order of their digests."
    )

    private static let pageLength = 4096

    private struct Line: Encodable {
        var digest: String
        var size: UInt64
    }

    @OptionGroup var store: StoreOptions
    @OptionGroup var format: FormatOptions

    @Flag(name: .shortAndLong, help: "Print the size in bytes as well.")
    var long = false

    func run() async throws {
        try await store.withListableStore(for: Self.configuration) { try await list($0) }
    }

    private func list(_ service: any ListableBlobService) async throws {
        let output = StandardOutput()
        var last: BLAKE3Digest?
        while true {
            try Task.checkCancellation()
            let page = try await service.list(after: last, limit: Self.pageLength)
            guard let end = page.last else { break }
            for blob in page {
                if format.json {
                    try output.print(json: Line(digest: "\(blob.digest)", size: blob.size))
                } else {
                    try output.print(long ? "\(blob.digest) \(blob.size)" : "\(blob.digest)")
                }
            }
            last = end.digest
        }
        try output.flush()
    }
}
