// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

extension ReferenceBao {
    /// What the product sends, with a header.
    ///
    /// The outboard has groups of 2^`storedLog` chunks.
    func encoded(
        _ form: BaoForm,
        _ ranges: [Range<UInt64>],
        groupLog: Int,
        storedLog: Int? = nil
    ) throws -> [UInt8] {
        let outboard = try checkedOutboard(groupLog: storedLog ?? groupLog)
        return try Self.encoded(bytes, outboard, form, ChunkRanges(ranges), groupLog: groupLog)
    }

    /// What the product sends of a blob.
    static func encoded(
        _ blob: [UInt8],
        _ outboard: Outboard,
        _ form: BaoForm,
        _ ranges: ChunkRanges,
        groupLog: Int
    ) throws -> [UInt8] {
        var encoder = try BaoEncoder(
            outboard.digest,
            outboard.tree,
            ranges: ranges,
            groupSize: .log(groupLog),
            form: form
        )
        var hashes = OutboardHashes(of: outboard)
        var result = BaoHeader.withBytes(ofSize: outboard.tree.size) { [UInt8](copying: $0) }
        while let item = encoder.next {
            if case .data(let range) = item {
                let content = unsafe blob.span.bytes.extracting(
                    Int(range.lowerBound)..<Int(range.upperBound)
                )
                let count = try encoder.accept(content) { result += [UInt8](copying: $0) }
                try #require(count == content.byteCount)
            } else {
                let count = try hashes.withBytes(for: item) { bytes throws(BaoError) in
                    try encoder.accept(bytes) { result += [UInt8](copying: $0) }
                }
                try #require(count != nil)
            }
        }
        return result
    }
}
