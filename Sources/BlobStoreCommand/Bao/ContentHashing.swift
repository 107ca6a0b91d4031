// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import NIOCore

/// Hashes content in pieces and keeps the hash of every group.
struct ContentHashing {
    let groupSize: GroupSize
    let progress: Progress

    /// Reads all of the content, and calls `check` with the number of bytes so far.
    func outboard(
        of content: InputFile,
        _ check: (UInt64) throws -> Void = { _ in }
    ) async throws -> Outboard {
        var hasher = TreeHasher(groupSize: groupSize)
        var values: [BLAKE3Tree.ChainingValue] = []
        try await content.forEachPiece { piece in
            hasher.update(piece.readableBytesSpan)
            values += hasher.takeValues()
            progress.add(bytes: piece.readableBytes)
            try check(hasher.byteCount)
        }
        let tree = HashTree(size: hasher.byteCount, groupSize: groupSize)
        let digest = hasher.finalize()
        values += hasher.takeValues()
        return try Outboard(digest, tree, values: values)
    }
}
