// SPDX-License-Identifier: Apache-2.0

/// Draws a hash tree with a line for each node.
enum HashTreeDrawing {
    private static let digitCount = 8

    /// Returns the lines; `nodes` has each node before those below it.
    static func lines(_ nodes: [HashTreeNode]) -> [String] {
        // What is drawn below a node of each depth.
        var stems: [String] = []
        let heads = nodes.map { node in
            guard node.depth > 0 else { return node.hash }
            stems.removeLast(stems.count - node.depth + 1)
            let head = stems.joined() + (node.isLast ? "└─ " : "├─ ")
            stems.append(node.isLast ? "   " : "│  ")
            return head + node.hash.prefix(digitCount)
        }
        let width = heads.dropFirst().map(\.count).max() ?? 0
        let chunks = nodes.map { "chunks \($0.chunks.lowerBound)-\($0.chunks.upperBound)" }
        let chunksWidth = chunks.dropFirst().map(\.count).max() ?? 0
        return nodes.indices.map { index in
            let bytes = nodes[index].bytes
            return pad(heads[index], to: width) + "  " + pad(chunks[index], to: chunksWidth)
                + "  bytes \(bytes.lowerBound)-\(bytes.upperBound)"
        }
    }

    private static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
