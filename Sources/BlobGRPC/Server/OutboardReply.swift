// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import Foundation

/// The hashes of a blob for a reply, with groups large enough that they fit.
struct OutboardReply {
    /// Groups of a mebibyte are the largest that are sent.
    private static let largestGroupLog = 10

    let info: BlobInfo
    let digest: BLAKE3Digest
    let form: OutboardForm
    /// How many bytes the hashes may take.
    let room: Int
    let blobs: any BlobService

    private var size: UInt64 { info.size }

    /// Returns the hashes for groups of 2^`groupLog` chunks or, if these are not kept or do not fit, for
    /// larger ones; `nil` if there are none.
    ///
    /// A client that names no size can have only groups of 16 KiB.
    func bytes(groupLog: Int?) async throws(BlobError) -> (Data, GroupSize)? {
        // An answer of another server may have hashes of larger groups only.
        let finest = info.outboard?.tree.groupSize.log ?? GroupSize.standard.log
        let smallest = groupLog.map { max($0, finest) } ?? GroupSize.standard.log
        guard smallest >= finest else { return nil }
        let largest = groupLog == nil ? smallest : max(smallest, Self.largestGroupLog)
        let trees = (smallest...largest).lazy.compactMap(GroupSize.init(log:)).map {
            HashTree(size: size, groupSize: $0)
        }
        guard let tree = trees.first(where: { form.byteCount($0) <= UInt64(room) }),
            let outboard = try await outboard(tree)
        else { return nil }
        return (form.encode(outboard), tree.groupSize)
    }

    /// Makes the outboard of what is at hand, or collects the hashes.
    private func outboard(_ tree: HashTree) async throws(BlobError) -> Outboard? {
        guard let outboard = info.outboard else {
            return try await blobs.wholeOutboard(of: digest, tree)
        }
        if outboard.tree.groupSize == tree.groupSize { return outboard }
        let runLog = tree.groupSize.log - outboard.tree.groupSize.log
        guard let values = outboard.values(ofRuns: runLog) else { return nil }
        return try BlobError.proving(digest, from: "the store") { () throws(BaoError) in
            try Outboard(digest, tree, values: values)
        }
    }
}
