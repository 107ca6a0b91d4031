// SPDX-License-Identifier: Apache-2.0
package import BLAKE3
package import Bao

extension BlobService {
    /// Collects the hashes of a whole blob window by window, so that those of the groups of 16 KiB take
    /// little memory if larger ones are wanted; `nil` if the service has not got them, or the blob has
    /// another size.
    package func wholeOutboard(
        of digest: BLAKE3Digest,
        _ tree: HashTree
    ) async throws(BlobError) -> Outboard? {
        // A multiple of every group.
        let windowByteCount = max(64 << 20, UInt64(tree.groupSize.byteCount))
        let runLog = tree.groupSize.log - GroupSize.standard.log
        guard runLog >= 0 else { return nil }
        var values: [BLAKE3Tree.ChainingValue] = []
        var start: UInt64 = 0
        repeat {
            let end = min(start + windowByteCount, tree.size)
            let range = ByteRange(from: start, upTo: end)
            guard let window = try await outboard(of: digest, in: range),
                window.tree.size == tree.size, let part = window.values(ofRuns: runLog)
            else { return nil }
            values += part
            start = end
        } while start < tree.size
        return try BlobError.proving(digest, from: "the hashes of its parts") {
            () throws(BaoError) in
            try Outboard(digest, tree, values: values)
        }
    }
}
