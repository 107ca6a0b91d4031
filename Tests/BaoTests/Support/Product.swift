// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Crypto

/// The reference in the words of the product.
extension ReferenceBao {
    var blake3: BLAKE3Digest {
        guard let digest = BLAKE3Digest(copying: unsafe digest.span.bytes) else {
            preconditionFailure("a digest has 32 bytes")
        }
        return digest
    }

    func tree(groupLog: Int) -> HashTree {
        HashTree(size: UInt64(bytes.count), groupSize: .log(groupLog))
    }

    /// The list of the values of all groups, without a header.
    func list(groupLog: Int) -> [UInt8] {
        Array(groupList(groupLog: groupLog).dropFirst(8))
    }

    /// An outboard of the product that checks every group.
    func checkedOutboard(groupLog: Int) throws -> Outboard {
        let list = list(groupLog: groupLog)
        return try Outboard(blake3, tree(groupLog: groupLog), list: unsafe list.span.bytes)
    }

    /// What is sent in a form, with a header.
    func encoding(_ form: BaoForm, _ ranges: [Range<UInt64>], groupLog: Int) -> [UInt8] {
        switch form {
        case .parents: response(to: ranges, groupLog: groupLog)
        case .siblings: compactResponse(to: ranges, groupLog: groupLog)
        // No chunks need no hashes; the reference lists the runs.
        case .lists where ranges.isEmpty: header
        case .lists(let log): twoLevel(for: ranges, groupLog: groupLog, runLog: log)
        }
    }

    /// The bytes that are sent in a form, neighbours joined.
    func content(
        _ form: BaoForm,
        _ ranges: [Range<UInt64>],
        groupLog: Int
    ) -> [Range<UInt64>] {
        let log = if case .lists = form { groupLog } else { 0 }
        let chunks = Self.selection(of: ranges, chunkCount: chunkCount)
        var content: [Range<UInt64>] = []
        for group in stride(from: 0, to: chunkCount, by: 1 << log) {
            let end = min(group + 1 << log, chunkCount)
            guard chunks[group..<end].contains(true) else { continue }
            content.join(UInt64(1024 * group)..<UInt64(min(1024 * end, bytes.count)))
        }
        return content
    }
}

extension BaoForm {
    /// Each form, lists with runs of several lengths.
    static let several: [BaoForm] = [
        .parents, .siblings, .list, .lists(runLog: 0), .lists(runLog: 1), .lists(runLog: 2),
    ]
}

extension GroupSize {
    static func log(_ log: Int) -> GroupSize {
        guard let size = GroupSize(log: log) else { preconditionFailure("no size of groups") }
        return size
    }
}

extension ChunkRanges {
    /// Ranges as the reference has them: one up to `UInt64.max` has an open end.
    init(_ ranges: [Range<UInt64>]) {
        self = ranges.reduce(ChunkRanges()) { set, range in
            let isOpen = range.upperBound == .max
            return set.union(
                isOpen ? ChunkRanges(from: range.lowerBound) : ChunkRanges(range)
            )
        }
    }
}

extension [Range<UInt64>] {
    /// Appends a range, or makes the last one longer.
    mutating func join(_ range: Range<UInt64>) {
        if let last, last.upperBound == range.lowerBound {
            self[count - 1] = last.lowerBound..<range.upperBound
        } else {
            append(range)
        }
    }
}

extension [UInt8] {
    init(copying bytes: RawSpan) {
        self = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    }

    var sha256: String { Array(SHA256.hash(data: self)).hex }

    /// The same with one bit changed.
    func flipping(bit: Int) -> [UInt8] {
        var copy = self
        copy[bit / 8] ^= 1 << UInt8(bit % 8)
        return copy
    }
}

extension BaoDecoder {
    mutating func accept(_ input: [UInt8]) throws(BaoError) -> Int? {
        try accept(unsafe input.span.bytes)
    }
}

extension BaoEncoder {
    mutating func accept(_ input: [UInt8]) throws(BaoError) -> Int? {
        try accept(unsafe input.span.bytes) { _ in }
    }
}
