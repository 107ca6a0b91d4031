// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import NIOCore

/// Makes encodings of a file, reading of it only what is sent.
struct ContentEncoding: Sendable {
    private let content: InputFile
    private let digest: BLAKE3Digest
    private let tree: HashTree
    private var hashes: EncodingHashes

    /// Encodes content that has been hashed.
    init(_ content: InputFile, _ outboard: Outboard) {
        self.content = content
        digest = outboard.digest
        tree = outboard.tree
        hashes = .computed(OutboardHashes(of: outboard))
    }

    /// Encodes content that has an outboard.
    ///
    /// The digest is the one that the outboard leads to. Blocks.
    init(_ content: InputFile, stored outboard: StoredOutboard) throws {
        self.content = content
        tree = outboard.tree
        // Otherwise what is made might well prove a part of the content to be a blob of its own.
        guard tree.size == content.status.size else {
            throw Failure(
                .damaged,
                "\(outboard.file.title): is of \(tree.size) bytes, and \(content.title) has"
                    + " \(content.status.size)"
            )
        }
        if tree.groupCount == 1 {
            let bytes = try content.read(0..<tree.size)
            digest = BLAKE3Digest(hashing: bytes.readableBytesSpan)
            hashes = .stored(outboard)
        } else if outboard.layout.form == .parents {
            var reader = outboard
            digest = try reader.root()
            hashes = .stored(outboard)
        } else {
            let list = try outboard.list()
            let children = BLAKE3Tree.children(over: list)
            digest = BLAKE3Tree.root(of: children.left, children.right)
            hashes = .computed(OutboardHashes(of: try Outboard(digest, tree, values: list)))
        }
    }

    /// Writes a header and the encoding of some chunks.
    ///
    /// Blocks.
    mutating func write(
        _ ranges: ChunkRanges,
        _ options: BaoOptions,
        to target: OutputTarget,
        _ progress: Progress
    ) throws {
        var output = OrderedOutput(target)
        do {
            BaoHeader.withBytes(ofSize: tree.size) { output.append($0) }
            var encoder = try BaoEncoder(
                digest,
                tree,
                ranges: ranges,
                groupSize: options.groups.size,
                form: options.form
            )
            while let item = encoder.next {
                try Task.checkCancellation()
                guard let count = try give(item, to: &encoder, { output.append($0) })
                else { throw BaoError.endedEarly(item) }
                try output.check()
                if item.isData { progress.add(bytes: count) }
            }
        } catch let error as BaoError {
            throw try failure(error)
        }
        try content.checkUnchanged(after: content.status.size)
        try output.finish()
    }

    private mutating func give(
        _ item: BaoItem,
        to encoder: inout BaoEncoder,
        _ send: (RawSpan) -> Void
    ) throws -> Int? {
        guard case .data(let range) = item else { return try hashes.give(item, to: &encoder, send) }
        let bytes = try content.read(range)
        return try encoder.accept(bytes.readableBytesSpan, send)
    }

    private func failure(_ error: BaoError) throws -> Failure {
        try content.checkUnchanged(after: content.status.size)
        guard case .listTooLong = error else {
            return Failure(error, content: content, hashes: hashes.file)
        }
        return Failure(
            .usage,
            "\(content.title): \(error)",
            advice: "use --format runs, or a larger --group-log"
        )
    }
}
