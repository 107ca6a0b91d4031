// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao

/// How an outboard is laid out in a file.
struct OutboardLayout: Sendable {
    var form: BaoForm
    var groupSize: GroupSize
    /// The order of the pairs; everything else has one order only.
    var order: NodeOrder
    /// Whether it begins with 8 bytes of size.
    var hasHeader: Bool

    /// Where the hashes begin.
    var start: UInt64 { hasHeader ? UInt64(BaoHeader.byteCount) : 0 }

    /// Calls `body` with each part of the outboard, in order.
    ///
    /// These are the hashes of an encoding of everything, without the content.
    func forEachPart(of outboard: Outboard, _ body: (RawSpan) -> Void) {
        if hasHeader { BaoHeader.withBytes(ofSize: outboard.tree.size, body) }
        switch form {
        case .parents:
            outboard.forEachParent(order) { $0.withBytes(body) }
        case .siblings:
            // The left child is computed from what follows, as everything follows.
            outboard.forEachParent(.preOrder) { $0.right.withBytes(body) }
        case .lists(let runLog):
            let groups = outboard.values(for: outboard.groups) ?? []
            Self.forEachValue(of: groups, runLog: runLog) { $0.withBytes(body) }
        }
    }

    private static func forEachValue(
        of groups: [BLAKE3Tree.ChainingValue],
        runLog: Int,
        _ body: (BLAKE3Tree.ChainingValue) -> Void
    ) {
        var runs = groups
        var level = 0
        while level < runLog, runs.count > 1 {
            runs = BLAKE3Tree.parents(of: runs)
            level += 1
        }
        guard runs.count > 1 else { return groups.forEach(body) }
        runs.forEach(body)
        // A run of one group has no list.
        let length = 1 << level
        for start in stride(from: 0, to: groups.count, by: length) where start + 1 < groups.count {
            if length > 1 { groups[start..<min(start + length, groups.count)].forEach(body) }
        }
    }
}
