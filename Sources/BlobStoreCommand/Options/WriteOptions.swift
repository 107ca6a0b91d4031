// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import LocalBlobStore

/// Says how to write to the store.
struct WriteOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What survives a crash of the machine (default: batch).",
            discussion: """
                batch: what has been reported as stored; none: what the operating system \
                has written by then.
                """
        )
    )
    var durability: LocalStoreOptions.Durability?

    @Option(
        help: ArgumentHelp(
            "How hard to compress: none, or a level of zstd from 1 to 19 (default: 1).",
            valueName: "level"
        ),
        completion: .list(["none", "1", "3", "9", "19"]),
        transform: Self.compression
    )
    var compression: LocalStoreOptions.Compression?

    var storeOptions: LocalStoreOptions {
        var options = LocalStoreOptions()
        if let durability { options.durability = durability }
        if let compression { options.compression = compression }
        return options
    }

    /// Fails if anything is said although a server decides it.
    func checkUnused(by server: String) throws(Failure) {
        guard durability == nil, compression == nil else {
            throw Failure(
                .usage,
                "\(server): the server decides on durability and compression",
                advice: "leave --durability and --compression out"
            )
        }
    }

    private static func compression(_ text: String) throws -> LocalStoreOptions.Compression {
        if text == "none" { return .none }
        guard let level = Int(text), (1...19).contains(level) else {
            throw ValidationError("none, or a level from 1 to 19 is expected")
        }
        return .zstd(level: level)
    }
}

extension LocalStoreOptions.Durability: ExpressibleByArgument {}
