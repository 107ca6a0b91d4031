// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3
import BlobStore
import Logging
import ObjectBlobStore
import ObjectStorage
import SystemPackage

/// Copies blobs from one store to another.
struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy blobs from one store to another.",
        discussion: """
            Only what is missing is moved, and every byte is checked. If it is interrupted, the same \
            command goes on from there.

            A blob that is not there or cannot be copied is reported, and the others are copied; \
            the exit status tells.
            """
    )

    @Argument(help: ArgumentHelp("The store to read: a folder or a URL.", valueName: "from"))
    var source: String

    @Argument(help: ArgumentHelp("The store to write to.", valueName: "to"))
    var target: String

    @Argument(help: "Digests of blobs.", transform: DigestArgument.parse)
    var digests: [BLAKE3Digest] = []

    @Flag(help: "Copy all blobs; the store to read must be a folder or an object store.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "How an object store that is written to keeps blobs: castore or packed.",
            discussion:
                "Without it, what is found there decides, and packed if there is nothing yet."
        )
    )
    var layout: ObjectLayout?

    @Flag(help: "Print how many requests of each kind it took.")
    var cost = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var writing: WriteOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var display: ProgressOptions

    func validate() throws {
        guard all == digests.isEmpty else {
            throw ValidationError("either digests or --all is expected")
        }
        guard store.store == nil, store.substituters.isEmpty, store.file == nil else {
            throw ValidationError("the two stores are arguments; --store and the like name none")
        }
    }

    func run() async throws {
        let (readable, writable) = (source, try withLayout(target))
        let from = try await Blocking.run { try StoreChoice(naming: readable) }
        let to = try await Blocking.run { try StoreChoice(naming: writable) }
        let client = try store.clientOptions
        let logger = Logger(label: "blobstore") { _ in NoteLogHandler() }
        let tally = Tally()
        try await from.withOpenStore(nil, client: client, logger: logger) { from in
            try await to.withOpenStore(writing, client: client, logger: logger) { to in
                try await copy(from, to, tally)
            }
        }
        try tally.finish()
    }

    private func withLayout(_ target: String) throws(Failure) -> String {
        guard let layout else { return target }
        guard target.hasPrefix("objectstore+") else {
            throw Failure(.usage, "--layout is for object stores, and \(target) is none")
        }
        return target + (target.contains("?") ? "&" : "?") + "layout=\(layout.rawValue)"
    }

    fileprivate struct Line: Encodable {
        struct Cost: Encodable {
            var store: String
            var requests: [String: Int]
            var sentBytes: Int
            var receivedBytes: Int
        }

        var copied: UInt64
        var copiedBytes: UInt64
        var present: UInt64
        var failed: UInt64
        var costs: [Cost]?
    }

    private func copy(_ from: OpenStore, _ to: OpenStore, _ tally: Tally) async throws {
        let run = CopyRun(from: from, to: to, tally: tally)
        try await Progress.showing("copy", display) { progress in
            if all {
                try await run.copyAll(progress)
            } else {
                try await run.copy(digests.map { ($0, nil) }, progress)
            }
        }
        let output = StandardOutput()
        let results = run.results
        if format.json {
            try output.print(
                json: Line(
                    copied: results.copiedCount,
                    copiedBytes: results.copiedByteCount,
                    present: results.presentCount,
                    failed: results.failedCount,
                    costs: cost ? run.costs.map(Line.Cost.init) : nil
                )
            )
        } else {
            try output.print(
                "copied \(results.copiedCount) blobs, \(ByteCount(results.copiedByteCount));"
                    + " \(results.presentCount) were there"
            )
            if cost {
                for (name, counts) in run.costs {
                    try output.print("\(name)")
                    try output.print("  " + RequestCostText.line(counts))
                }
            }
        }
        try output.flush()
    }
}

extension CopyCommand.Line.Cost {
    fileprivate init(_ name: String, _ counts: RequestCounts) {
        store = name
        requests = counts.byKind
        sentBytes = counts.sentByteCount
        receivedBytes = counts.receivedByteCount
    }
}
