// SPDX-License-Identifier: Apache-2.0

/// Responses to requests for chunks, as bao-tree and iroh give them.
extension ReferenceBao {
    /// Parents and leaves of a response, in its order.
    enum Item {
        case parent(Node)
        case leaf(Node)
    }

    /// Whether each chunk is selected.
    ///
    /// What begins behind the end selects the last chunk.
    static func selection(of ranges: [Range<UInt64>], chunkCount: Int) -> [Bool] {
        var isSelected = [Bool](repeating: false, count: chunkCount)
        for range in ranges where !range.isEmpty {
            let start = min(range.lowerBound, UInt64(chunkCount - 1))
            let end = min(range.upperBound, UInt64(chunkCount))
            for chunk in start..<end { isSelected[Int(chunk)] = true }
        }
        return isSelected
    }

    /// The selected chunks as ranges, in order and with gaps between them; no end is open.
    static func normalized(_ ranges: [Range<UInt64>], chunkCount: Int) -> [Range<UInt64>] {
        var result: [Range<UInt64>] = []
        let selection = selection(of: ranges, chunkCount: chunkCount)
        for chunk in 0..<UInt64(chunkCount) where selection[Int(chunk)] {
            if let last = result.last, last.upperBound == chunk {
                result[result.count - 1] = last.lowerBound..<chunk + 1
            } else {
                result.append(chunk..<chunk + 1)
            }
        }
        return result
    }

    /// What a response has, for groups of 2^`groupLog` chunks.
    func items(for ranges: [Range<UInt64>], groupLog: Int) -> [Item] {
        let selection = Self.selection(of: ranges, chunkCount: chunkCount)
        return items(of: root, selection, groupLog: groupLog)
    }

    /// The number of bytes, then the pairs of parents and the bytes of leaves.
    func response(to ranges: [Range<UInt64>], groupLog: Int) -> [UInt8] {
        var response = header
        for item in items(for: ranges, groupLog: groupLog) {
            switch item {
            case .parent(let node): response += node.pair
            case .leaf(let node): response += bytes[node.data]
            }
        }
        return response
    }

    private func items(of node: Node, _ selection: [Bool], groupLog: Int) -> [Item] {
        let selected = selection[node.chunks]
        guard selected.contains(true) else { return [] }
        let isWhole = node.chunks.count <= 1 << groupLog && !selected.contains(false)
        guard let (left, right) = node.children, !isWhole else { return [.leaf(node)] }
        return [.parent(node)]
            + items(of: left, selection, groupLog: groupLog)
            + items(of: right, selection, groupLog: groupLog)
    }
}
