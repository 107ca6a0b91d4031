// SPDX-License-Identifier: Apache-2.0

extension BaoDecoder {
    /// Checks as much of `input` as is whole, and calls `body` with the content in it.
    ///
    /// The quickest way to decode what is in one piece. Give a mebibyte or more at once if you can: whole
    /// subtrees are then checked together.
    ///
    /// - Parameters:
    ///   - input: What comes next, hashes and content.
    ///   - body: Called with content that may be used, and where in the blob it is.
    /// - Returns: How many bytes were taken. Give the rest again, with more behind it: it is less than
    ///   one group and the hashes before it.
    /// - Throws: Which item does not match; all content before it has been handed out.
    public mutating func decode(
        _ input: RawSpan,
        _ body: (_ offset: UInt64, _ content: RawSpan) -> Void
    ) throws(BaoError) -> Int {
        var taken = 0
        while let item = next {
            let rest = input.extracting(droppingFirst: taken)
            if let count = takeSubtree(rest, body) {
                taken += count
                continue
            }
            guard let count = try accept(rest) else { break }
            if case .data(let range) = item {
                body(range.lowerBound, rest.extracting(first: count))
            }
            taken += count
        }
        return taken
    }

    private mutating func takeSubtree(
        _ input: RawSpan,
        _ body: (UInt64, RawSpan) -> Void
    ) -> Int? {
        guard let size = tree?.size else { return nil }
        var end: UInt64 = 0
        let release = { (offset: UInt64, content: RawSpan) in
            end = offset + UInt64(content.byteCount)
            body(offset, content)
        }
        let count: Int?
        switch state {
        case .parents(var verifier):
            state = .header
            count = verifier.acceptSubtree(input, release)
            state = .parents(verifier)
        case .siblings(var verifier):
            state = .header
            count = verifier.acceptSubtree(input, release)
            state = .siblings(verifier)
        case .header, .lists, .failed:
            count = nil
        }
        if count != nil, end == size { provenSize = size }
        return count
    }
}
