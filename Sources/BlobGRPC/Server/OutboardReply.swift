// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import Foundation

/// The hashes of a blob for a reply, with groups large enough that they fit.
struct OutboardReply {
    /// How much of a blob the hashes are asked for at once, in bytes: a multiple of every group.
    private static let windowByteCount: UInt64 = 64 << 20

    let digest: BLAKE3Digest
    let size: UInt64
    let form: OutboardForm
    /// How many bytes the hashes may take.
    let room: Int
    let blobs: any BlobService

    /// Returns the hashes for groups of 2^`groupLog` chunks or, if these are not kept or do not fit, for
    /// larger ones; `nil` if there are none.
    ///
    /// A client that names no size can have only groups of 16 KiB.
    func bytes(groupLog: Int?) async throws(BlobError) -> (Data, GroupSize)? {
        let standard = GroupSize.standard.log
        let logs = groupLog.map { max($0, standard)...10 } ?? standard...standard
        let trees = logs.lazy.compactMap(GroupSize.init(log:)).map {
            HashTree(size: size, groupSize: $0)
        }
        guard let tree = trees.first(where: { form.byteCount($0) <= UInt64(room) }),
            let outboard = try await outboard(tree)
        else { return nil }
        return (form.encode(outboard), tree.groupSize)
    }

    /// Collects the hashes window by window, so that those of the small groups take little memory.
    private func outboard(_ tree: HashTree) async throws(BlobError) -> Outboard? {
        let runLog = tree.groupSize.log - GroupSize.standard.log
        var values: [BLAKE3Tree.ChainingValue] = []
        var start: UInt64 = 0
        repeat {
            let end = min(start + Self.windowByteCount, size)
            let range = ByteRange(from: start, upTo: end)
            guard let window = try await blobs.outboard(of: digest, in: range),
                window.tree.size == size
            else { return nil }
            guard let part = window.values(ofRuns: runLog) else { return nil }
            values += part
            start = end
        } while start < size
        return try BlobError.proving(digest, from: "the store") { () throws(BaoError) in
            try Outboard(digest, tree, values: values)
        }
    }
}
