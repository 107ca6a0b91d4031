// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobStore

/// Says which blobs are missing.
struct HasCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "has",
        abstract: "Print the digests that are not in the store.",
        discussion: "Exit status: 0 if all are there, 1 if one or more are missing."
    )

    private struct Line: Encodable {
        var digest: String
        var present: Bool
    }

    @OptionGroup var store: StoreOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var blobs: DigestsArgument

    func run() async throws {
        let missing = try await store.withStore { service in
            try await service.missing(among: blobs.digests)
        }
        let output = StandardOutput()
        if format.json {
            let absent = Set(missing)
            for digest in blobs.digests {
                let line = Line(digest: "\(digest)", present: !absent.contains(digest))
                try output.print(json: line)
            }
        } else {
            for digest in missing { try output.print("\(digest)") }
        }
        try output.flush()
        if !missing.isEmpty { throw ExitStatus.End(status: .absent) }
    }
}
