// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import Foundation

/// The hashes of a blob for a reply, with groups large enough that they fit.
struct OutboardReply {
    /// How much of a blob the hashes are asked for at once, in bytes: a multiple of every group.
    private static let windowByteCount: UInt64 = 64 << 20
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

    /// Makes the outboard of what is at hand, or collects the hashes window by window, so that those of
    /// the small groups take little memory.
    private func outboard(_ tree: HashTree) async throws(BlobError) -> Outboard? {
        if let outboard = info.outboard, outboard.tree.groupSize == tree.groupSize {
            return outboard
        }
        let base = info.outboard?.tree.groupSize ?? .standard
        let runLog = tree.groupSize.log - base.log
        var values: [BLAKE3Tree.ChainingValue] = []
        var start: UInt64 = 0
        repeat {
            let end = min(start + Self.windowByteCount, size)
            guard let window = try await window(start..<end), window.tree.size == size,
                let part = window.values(ofRuns: runLog)
            else { return nil }
            values += part
            start = end
        } while start < size
        return try BlobError.proving(digest, from: "the store") { () throws(BaoError) in
            try Outboard(digest, tree, values: values)
        }
    }

    private func window(_ range: Range<UInt64>) async throws(BlobError) -> Outboard? {
        guard let outboard = info.outboard else {
            let range = ByteRange(from: range.lowerBound, upTo: range.upperBound)
            return try await blobs.outboard(of: digest, in: range)
        }
        return try BlobError.proving(digest, from: "the store") { () throws(BaoError) in
            try outboard.narrowed(to: outboard.tree.groups(touching: range))
        }
    }
}
