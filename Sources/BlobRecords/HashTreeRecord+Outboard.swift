// SPDX-License-Identifier: Apache-2.0
package import BLAKE3
package import Bao
package import BlobStore

extension HashTreeRecord {
    private var shape: HashTree { HashTree(size: size) }

    private var runChunkCount: UInt64 { Self.runGroupCount * shape.groupSize.chunkCount }

    /// The groups of a run.
    package func groups(ofRun run: UInt64) -> Range<UInt64> {
        let first = run * Self.runGroupCount
        return first..<min(first + Self.runGroupCount, shape.groupCount)
    }

    /// The runs whose pages are needed for the hashes of a range of groups.
    package func runs(forOutboardOf groups: Range<UInt64>) -> Set<UInt64> {
        guard case .runs = values else { return [] }
        let nodes = shape.outboardNodes(for: groups).filter { $0.count <= runChunkCount }
        return Set(nodes.map { $0.start / runChunkCount })
    }

    /// Returns the hashes that check a range of groups.
    ///
    /// `page` returns the values of the groups of a run.
    package func outboard(
        _ digest: BLAKE3Digest,
        for groups: Range<UInt64>,
        page: (UInt64) throws(BlobError) -> [BLAKE3Tree.ChainingValue]
    ) throws(BlobError) -> Outboard {
        var found: [BLAKE3Tree.ChainingValue] = []
        for node in shape.outboardNodes(for: groups) {
            found.append(try value(of: node, page))
        }
        return try BlobError.proving(digest, from: "its hash tree") { () throws(BaoError) in
            try Outboard(digest, shape, groups: groups, values: found)
        }
    }

    private func value(
        of node: TreeNode,
        _ page: (UInt64) throws(BlobError) -> [BLAKE3Tree.ChainingValue]
    ) throws(BlobError) -> BLAKE3Tree.ChainingValue {
        if case .runs(let runs) = values, node.count > runChunkCount {
            let first = Int(node.start / runChunkCount)
            let end = Int((node.chunks.upperBound - 1) / runChunkCount) + 1
            return BLAKE3Tree.chainingValue(over: runs[first..<end].map(\.value))
        }
        let run = node.start / runChunkCount
        let start = Int((node.start - run * runChunkCount) / shape.groupSize.chunkCount)
        let count = Int((node.count - 1) / shape.groupSize.chunkCount) + 1
        let values = try page(run)[start..<start + count]
        return BLAKE3Tree.chainingValue(over: Array(values))
    }
}
