// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Testing

@Suite("Compact forms of the reference")
struct ReferenceCompactTests {
    private static let seed = UInt64.random(in: .min ... .max)

    @Test func `chunk 3 of ten comes with what is beside its path`() {
        let reference = ReferenceBao(Inputs.counting(10_000))
        let response = reference.compactResponse(to: [3..<4], groupLog: 0)
        let values = values(in: reference, of: [8..<10, 4..<8, 0..<2, 2..<3])
        #expect(response == reference.header + values + reference.bytes[3072..<4096])
    }

    @Test func `chunk 3 of ten comes with all runs and its neighbour`() {
        let reference = ReferenceBao(Inputs.counting(10_000))
        let response = reference.twoLevel(for: [3..<4], groupLog: 0, runLog: 1)
        let runs = values(in: reference, of: [0..<2, 2..<4, 4..<6, 6..<8, 8..<10])
        let groups = values(in: reference, of: [2..<3, 3..<4])
        #expect(response == reference.header + runs + groups + reference.bytes[3072..<4096])
    }

    @Test func `a run of one group has no list`() {
        let reference = ReferenceBao(Inputs.counting(9000))
        let response = reference.twoLevel(for: [50..<60], groupLog: 2, runLog: 1)
        let runs = values(in: reference, of: [0..<8, 8..<9])
        #expect(response == reference.header + runs + reference.bytes[8192...])
    }

    @Test func `one group needs no hashes`() {
        let reference = ReferenceBao(Inputs.counting(9000))
        let plain = reference.header + reference.bytes
        #expect(reference.groupList(groupLog: 4) == reference.header)
        #expect(reference.groupListCombined(groupLog: 4) == plain)
        #expect(reference.compactResponse(to: [0..<UInt64.max], groupLog: 4) == plain)
        #expect(reference.twoLevel(groupLog: 4, runLog: 3) == plain)
    }

    @Test func `a mebibyte has the known number of hashes`() {
        let reference = ReferenceBao(Inputs.counting(1 << 20))
        let plain = 8 + reference.bytes.count
        let all: [Range<UInt64>] = [0..<UInt64.max]
        #expect(reference.response(to: all, groupLog: 4).count == plain + 4032)
        #expect(reference.groupListCombined(groupLog: 4).count == plain + 2048)
        #expect(reference.compactResponse(to: all, groupLog: 4).count == plain + 2016)
        #expect(reference.twoLevel(groupLog: 4, runLog: 10).count == plain + 2048)
    }

    @Test func `compact responses have half the hashes`() {
        ReferenceBao.forEachRandomRanges(seed: Self.seed) { reference, ranges, groupLog, comment in
            let data = reference.items(for: ranges, groupLog: groupLog).reduce(8) { count, item in
                guard case .leaf(let node) = item else { return count }
                return count + node.data.count
            }
            let usual = reference.response(to: ranges, groupLog: groupLog)
            let compact = reference.compactResponse(to: ranges, groupLog: groupLog)
            #expect(usual.count - data == 2 * (compact.count - data), comment)
        }
    }

    @Test func `compact responses fold up to the digest`() {
        ReferenceBao.forEachRandomRanges(seed: Self.seed) { reference, ranges, groupLog, comment in
            guard !ranges.isEmpty else { return }
            let response = reference.compactResponse(to: ranges, groupLog: groupLog)
            var folding = Folding(
                selection: ReferenceBao.selection(of: ranges, chunkCount: reference.chunkCount),
                groupLog: groupLog,
                rest: response.dropFirst(8)
            )
            #expect(folding.value(of: reference.root, isRoot: true) == reference.digest, comment)
            #expect(folding.siblingsMatch, comment)
            #expect(folding.rest.isEmpty, comment)
        }
    }

    @Test func `two levels have a list of runs and the groups of runs`() {
        ReferenceBao.forEachRandomRanges(seed: Self.seed) { reference, ranges, groupLog, comment in
            let all = reference.twoLevel(groupLog: groupLog, runLog: 2)
            let groupCount = reference.groupCount(groupLog: groupLog)
            let runCount = ReferenceBao.count(of: groupCount, by: 4)
            let listed =
                (runCount == 1 ? 0 : runCount)
                + (groupCount % 4 == 1 ? groupCount - 1 : groupCount)
            #expect(all.count == 8 + 32 * listed + reference.bytes.count, comment)
            let part = reference.twoLevel(for: ranges, groupLog: groupLog, runLog: 2)
            let list = 8 + (runCount == 1 ? 0 : 32 * runCount)
            #expect(part.prefix(list) == all.prefix(list), comment)
            #expect(!ranges.isEmpty || part.count == list, comment)
        }
    }

    /// The chaining values of subtrees, none of them the root.
    private func values(in reference: ReferenceBao, of subtrees: [Range<Int>]) -> [UInt8] {
        subtrees.flatMap { chunks in
            let end = min(1024 * chunks.upperBound, reference.bytes.count)
            let bytes = reference.bytes[1024 * chunks.lowerBound..<end]
            return ReferenceBao.Node.value(of: bytes, chunk: chunks.lowerBound, isRoot: false)
        }
    }
}

/// Computes nodes from what is left of a response of form R.
private struct Folding {
    let selection: [Bool]
    let groupLog: Int
    var rest: ArraySlice<UInt8>
    var siblingsMatch = true

    mutating func value(of node: ReferenceBao.Node, isRoot: Bool = false) -> [UInt8] {
        let isWhole = node.chunks.count <= 1 << groupLog && !selection[node.chunks].contains(false)
        guard let (left, right) = node.children, !isWhole else {
            let bytes = take(node.data.count)
            let chunk = node.chunks.lowerBound
            return ReferenceBao.Node.value(of: bytes, chunk: chunk, isRoot: isRoot)
        }
        let given = Array(take(32))
        guard selection[left.chunks].contains(true) else {
            return ReferenceBao.Node.value(of: given, value(of: right), isRoot: isRoot)
        }
        let leftValue = value(of: left)
        if selection[right.chunks].contains(true), value(of: right) != given {
            siblingsMatch = false
        }
        return ReferenceBao.Node.value(of: leftValue, given, isRoot: isRoot)
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
