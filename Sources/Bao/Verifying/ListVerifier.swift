// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// Checks lists of hashes against the node above them, and groups against the lists.
///
/// Memory: the list of runs and the list of one run.
struct ListVerifier: Sendable {
    private enum Phase: Hashable, Sendable {
        /// The list of the runs, or that of the groups of a run, is being collected.
        case list(Expected, count: Int)
        /// A group is next; `expected` holds those of its run.
        case group(UInt64)
        case done
    }

    /// How many groups are hashed at once at most.
    private static let batchByteCount = 256 << 10

    private let tree: HashTree
    private let selection: ChunkRanges
    private let digest: BLAKE3Digest
    private let runLog: UInt64
    private var runs: [ChainingValue] = []
    private var run: UInt64 = 0
    private var values: [ChainingValue] = []
    private var phase = Phase.done

    /// Checks the groups that are selected at least in part.
    ///
    /// Throws if a list would take more than `limit` bytes.
    init(
        _ digest: BLAKE3Digest,
        _ tree: HashTree,
        _ selection: ChunkRanges,
        runLog: Int,
        limit: Int
    ) throws(BaoError) {
        self.tree = tree
        self.digest = digest
        self.runLog = UInt64(min(max(runLog, 0), 54))
        self.selection = selection.roundedOut(to: tree.groupSize)
            .intersection(ChunkRanges(0..<tree.chunkCount))
        if selection.isEmpty { return }
        let longest = max(runCount, min(tree.groupCount, 1 << self.runLog))
        if longest > 1, longest > limit / ChainingValue.byteCount {
            throw .listTooLong(byteCount: longest * 32, limit: limit)
        }
        if runCount > 1 {
            phase = .list(
                Expected(node: tree.root, hash: .digest(digest)),
                count: Int(runCount)
            )
        } else {
            enterRun(from: 0)
        }
    }

    private var runCount: UInt64 { (tree.groupCount - 1) >> runLog + 1 }

    private func groups(ofRun run: UInt64) -> Range<UInt64> {
        run << runLog..<min((run + 1) << runLog, tree.groupCount)
    }

    /// What comes next.
    var next: BaoItem? {
        switch phase {
        case .list(let expected, let count): item(expected, count: count - values.count)
        case .group(let group): .data(tree.bytes(ofGroups: group..<group + 1))
        case .done: nil
        }
    }

    private func item(_ expected: Expected, count: Int) -> BaoItem {
        .list(expected.node, log: subtreeLog(under: expected.node), count: count)
    }

    /// Whether the list under a node is that of the runs.
    private func isListOfRuns(_ node: TreeNode) -> Bool { runCount > 1 && node == tree.root }

    /// The size of the subtrees that the list under a node is of: runs or groups.
    private func subtreeLog(under node: TreeNode) -> Int {
        tree.groupSize.log + (isListOfRuns(node) ? Int(runLog) : 0)
    }

    /// Goes to the first run from `index` on of which something is selected.
    private mutating func enterRun(from index: UInt64) {
        for run in index..<runCount {
            let groups = groups(ofRun: run)
            let chunks = tree.chunks(ofGroups: groups)
            guard selection.intersects(chunks) else { continue }
            self.run = run
            values = []
            if groups.count == 1 {
                if runCount > 1 { values = [runs[Int(run)]] }
                phase = .group(groups.lowerBound)
            } else {
                let node = TreeNode(start: chunks.lowerBound, count: UInt64(chunks.count))
                let hash: Expected.Hash = runCount > 1 ? .value(runs[Int(run)]) : .digest(digest)
                phase = .list(Expected(node: node, hash: hash), count: groups.count)
            }
            return
        }
        phase = .done
    }

    /// Goes to the first group from `index` on that is selected, in this run or the next.
    private mutating func enterGroup(from index: UInt64) {
        for group in index..<max(index, groups(ofRun: run).upperBound) where isSelected(group) {
            phase = .group(group)
            return
        }
        enterRun(from: run + 1)
    }

    private func isSelected(_ group: UInt64) -> Bool {
        selection.intersects(tree.chunks(ofGroups: group..<group + 1))
    }

    /// Checks as much as there is of the next list, or of the groups that follow one another.
    ///
    /// Returns the number of bytes taken, or `nil` if there is not enough for anything.
    mutating func accept(
        _ input: RawSpan,
        _ verified: (VerifiedParent) -> Void
    ) throws(BaoError) -> Int? {
        switch phase {
        case .list(let expected, let count):
            try acceptHashes(input, expected, count, verified)
        case .group(let group): try acceptGroups(input, from: group)
        case .done: nil
        }
    }

    private mutating func acceptHashes(
        _ input: RawSpan,
        _ expected: Expected,
        _ count: Int,
        _ verified: (VerifiedParent) -> Void
    ) throws(BaoError) -> Int? {
        let size = ChainingValue.byteCount
        let taken = min(input.byteCount / size, count - values.count)
        guard taken > 0 else { return nil }
        values += [ChainingValue](in: input.extracting(first: taken * size))
        guard values.count == count else { return taken * size }
        guard expected.matches(values) else { throw .mismatch(item(expected, count: count)) }
        let log = subtreeLog(under: expected.node)
        ParentLevels(of: values, under: expected.node, subtreeLog: UInt64(log))
            .forEach(.preOrder, verified)
        if isListOfRuns(expected.node) {
            runs = values
            enterRun(from: 0)
        } else {
            enterGroup(from: groups(ofRun: run).lowerBound)
        }
        return taken * size
    }

    private mutating func acceptGroups(
        _ input: RawSpan,
        from first: UInt64
    ) throws(BaoError) -> Int? {
        var end = first + 1
        var range = tree.bytes(ofGroups: first..<end)
        let item = BaoItem.data(range)
        guard range.count <= input.byteCount else { return nil }
        while end < groups(ofRun: run).upperBound, isSelected(end) {
            let longer = tree.bytes(ofGroups: first..<end + 1)
            guard longer.count <= min(input.byteCount, Self.batchByteCount) else { break }
            (range, end) = (longer, end + 1)
        }
        // Damage of another group than the first is noticed when it is the first.
        let count = matchCount(input.extracting(first: range.count), first..<end)
        guard count > 0 else { throw .mismatch(item) }
        enterGroup(from: first + count)
        return tree.bytes(ofGroups: first..<first + count).count
    }

    /// How many of these groups match, up to the first that does not.
    private func matchCount(_ content: RawSpan, _ groups: Range<UInt64>) -> UInt64 {
        guard tree.groupCount > 1 else { return BLAKE3Digest(hashing: content) == digest ? 1 : 0 }
        let found = BLAKE3Tree.groupChainingValues(
            of: content,
            at: .init(rawValue: tree.chunks(ofGroups: groups).lowerBound),
            groupLog: tree.groupSize.log
        )
        let offset = Int(groups.lowerBound - self.groups(ofRun: run).lowerBound)
        return UInt64(zip(found, values[offset...]).prefix { $0 == $1 }.count)
    }
}
