// SPDX-License-Identifier: Apache-2.0

/// Forms without the values that a reader can compute from others. All begin with the header.
extension ReferenceBao {
    /// Form A: the chaining values of all groups; none if there is only one, which is the root.
    func groupList(groupLog: Int) -> [UInt8] {
        header + list(of: nodes(below: root, chunks: 1 << groupLog))
    }

    /// Form A, then all bytes.
    func groupListCombined(groupLog: Int) -> [UInt8] {
        groupList(groupLog: groupLog) + bytes
    }

    /// Form R: a response with one chaining value for a parent.
    ///
    /// It is that of the right child, or that of the left child if nothing below it is selected.
    func compactResponse(to ranges: [Range<UInt64>], groupLog: Int) -> [UInt8] {
        let selection = Self.selection(of: ranges, chunkCount: chunkCount)
        var response = header
        for item in items(for: ranges, groupLog: groupLog) {
            switch item {
            case .leaf(let node):
                response += bytes[node.data]
            case .parent(let node):
                guard let (left, right) = node.children else { continue }
                response += selection[left.chunks].contains(true) ? right.value : left.value
            }
        }
        return response
    }

    /// Form T: the list of runs of 2^`runLog` groups, then the runs: each its groups, then its bytes.
    func twoLevel(groupLog: Int, runLog: Int) -> [UInt8] {
        twoLevel(for: [0..<UInt64.max], groupLog: groupLog, runLog: runLog)
    }

    /// Form T of the groups with selected chunks: all runs are listed, others are left out.
    func twoLevel(for ranges: [Range<UInt64>], groupLog: Int, runLog: Int) -> [UInt8] {
        let selection = Self.selection(of: ranges, chunkCount: chunkCount)
        let runs = nodes(below: root, chunks: 1 << (groupLog + runLog))
        var result = header + list(of: runs)
        for run in runs where selection[run.chunks].contains(true) {
            let groups = nodes(below: run, chunks: 1 << groupLog)
            result += list(of: groups)
            for group in groups where selection[group.chunks].contains(true) {
                result += bytes[group.data]
            }
        }
        return result
    }

    /// The topmost nodes over at most so many chunks.
    private func nodes(below node: Node, chunks: Int) -> [Node] {
        guard let (left, right) = node.children, node.chunks.count > chunks else { return [node] }
        return nodes(below: left, chunks: chunks) + nodes(below: right, chunks: chunks)
    }

    /// A list of one is left out: its value is known from above.
    private func list(of nodes: [Node]) -> [UInt8] {
        nodes.count == 1 ? [] : nodes.flatMap(\.value)
    }
}
