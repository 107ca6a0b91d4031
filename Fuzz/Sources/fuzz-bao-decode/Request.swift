// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import FuzzSupport

/// What is asked for, and in which form.
struct Request {
    let form: BaoForm
    let groupSize: GroupSize
    let ranges: ChunkRanges

    /// Takes a request from the front of an input.
    init(from input: inout FuzzInput) {
        let kind = input.takeInteger(UInt8.self)
        let forms: [BaoForm] = [.parents, .siblings, .list, .lists(runLog: Int(kind >> 2 & 3))]
        form = forms[Int(kind & 3)]
        groupSize = GroupSize(log: Int(kind >> 4 & 7)) ?? .standard
        // The upper bit is for all, which is what most ask for.
        var boundaries: Set<UInt64> = kind >> 7 == 0 ? [] : [0]
        for _ in 0..<input.takeInteger(UInt8.self) & 7 {
            let boundary = input.takeInteger(UInt8.self)
            boundaries.insert(boundary < 128 ? UInt64(boundary) : .max - UInt64(~boundary))
        }
        ranges = ChunkRanges(boundaries: boundaries.sorted()) ?? .all
    }

    /// A decoder for an encoding with a header.
    func decoder(_ digest: BLAKE3Digest) -> BaoDecoder {
        BaoDecoder(digest, ranges: ranges, groupSize: groupSize, form: form, listLimit: 1 << 20)
    }
}

/// A blob whose bytes follow from their number, and its outboard.
struct Blob {
    let bytes: [UInt8]
    let digest: BLAKE3Digest
    private let outboard: Outboard?

    init(byteCount: Int, _ groupSize: GroupSize) {
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 % 251) }
        self.bytes = bytes
        var hasher = TreeHasher(groupSize: groupSize)
        hasher.update(unsafe bytes.span.bytes)
        digest = hasher.finalize()
        let tree = HashTree(size: UInt64(byteCount), groupSize: groupSize)
        outboard = try? Outboard(digest, tree, values: hasher.takeValues())
        require(outboard != nil, "the values of a blob lead to its digest")
    }

    /// The encoding of what is asked for, behind a header that claims a size.
    func encoding(_ request: Request, claim: UInt64) -> [UInt8] {
        var result: [UInt8] = []
        let send = { (bytes: RawSpan) in
            unsafe bytes.withUnsafeBytes { unsafe result.append(contentsOf: $0) }
        }
        BaoHeader.withBytes(ofSize: claim, send)
        guard let outboard else { return result }
        do {
            let (ranges, form) = (request.ranges, request.form)
            var encoder = try BaoEncoder(digest, outboard.tree, ranges: ranges, form: form)
            var hashes = OutboardHashes(of: outboard)
            while let item = encoder.next {
                if case .data(let range) = item {
                    let place = Int(range.lowerBound)..<Int(range.upperBound)
                    let content = unsafe bytes.span.bytes.extracting(place)
                    _ = try encoder.accept(content, send)
                } else {
                    let count = try hashes.withBytes(for: item) { bytes throws(BaoError) in
                        try encoder.accept(bytes, send)
                    }
                    require(count != nil, "an outboard has what is asked for")
                }
            }
        } catch {
            require(false, "a blob is encoded, not refused: \(error)")
        }
        return result
    }
}
