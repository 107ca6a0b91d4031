// SPDX-License-Identifier: Apache-2.0

import Bao
import Foundation

/// How a decoder is given its input.
enum Feeding: CaseIterable {
    /// All of it, to `decode`.
    case whole
    /// Pieces of random lengths, to `decode`.
    case pieces
    /// Exactly what it needs next, to `accept`.
    case items
    /// All that is left, to `accept`.
    case rest
}

/// A decoder at work, and whether all that it says is true.
struct Decoding {
    private(set) var decoder: BaoDecoder
    private(set) var content: [Range<UInt64>] = []
    private(set) var parents: [VerifiedParent] = []
    private(set) var error: BaoError?
    /// What the decoder has said that is not true.
    private(set) var lies: [String] = []
    /// The number of bytes of input that were accepted.
    private(set) var taken = 0
    private let blob: [UInt8]

    init(_ decoder: BaoDecoder, of blob: [UInt8]) {
        self.decoder = decoder
        self.blob = blob
    }

    /// Decodes to the end of the input, or to an error.
    mutating func run(_ input: [UInt8], _ feeding: Feeding = .items, seed: UInt64 = 0) {
        do throws(BaoError) {
            switch feeding {
            case .whole: try decode(input, upTo: input.count)
            case .pieces: try decodePieces(input, seed: seed)
            case .items: while try acceptItem(input) {}
            case .rest: while try accept(input, upTo: input.count) {}
            }
            if decoder.next != nil { error = decoder.endedEarly }
        } catch {
            self.error = error
            if decoder.next != nil { lies.append("goes on after an error") }
            if decoder.endedEarly != error { lies.append("has forgotten the error") }
        }
        checkSize()
    }

    private mutating func decode(_ input: [UInt8], upTo end: Int) throws(BaoError) {
        var decoder = decoder
        defer { self.decoder = decoder }
        taken += try decoder.decode(unsafe input.span.bytes.extracting(taken..<end)) {
            release($0, $1)
        }
    }

    private mutating func decodePieces(_ input: [UInt8], seed: UInt64) throws(BaoError) {
        var random = RandomNumbers(seed: seed)
        var end = 0
        while decoder.next != nil, end < input.count {
            end = min(input.count, end + Int.random(in: 0...5000, using: &random))
            try decode(input, upTo: end)
            checkSize()
        }
    }

    /// Gives the decoder the next item and nothing else; returns whether there was one.
    mutating func acceptItem(_ input: [UInt8]) throws(BaoError) -> Bool {
        guard let item = decoder.next else { return false }
        let count = item.byteCount
        if count > 0, input.count - taken >= count - 1 {
            let most = unsafe input.span.bytes.extracting(taken..<taken + count - 1)
            let short = try decoder.accept(most)
            if short != nil || decoder.next != item { lies.append("takes a part of an item") }
        }
        guard input.count - taken >= count else { return false }
        return try accept(input, upTo: taken + count)
    }

    private mutating func accept(_ input: [UInt8], upTo end: Int) throws(BaoError) -> Bool {
        guard let item = decoder.next else { return false }
        let rest = unsafe input.span.bytes.extracting(taken..<end)
        guard let count = try decoder.accept(rest, { parents.append($0) }) else { return false }
        if case .data(let range) = item { release(range.lowerBound, rest.extracting(first: count)) }
        taken += count
        checkSize()
        return true
    }

    private mutating func release(_ offset: UInt64, _ bytes: RawSpan) {
        content.join(offset..<offset + UInt64(bytes.byteCount))
        if !isInBlob(offset, bytes) { lies.append("wrong bytes at \(offset)") }
    }

    private func isInBlob(_ offset: UInt64, _ bytes: RawSpan) -> Bool {
        let count = bytes.byteCount
        guard offset <= blob.count, count <= blob.count - Int(offset) else { return false }
        return unsafe bytes.withUnsafeBytes { found in
            unsafe blob[Int(offset)...].withUnsafeBytes { blob in
                guard let start = found.baseAddress, let expected = blob.baseAddress
                else { return count == 0 }
                return unsafe memcmp(start, expected, count) == 0
            }
        }
    }

    /// The size is proven when, and only when, content up to the end has come.
    private mutating func checkSize() {
        let end = content.last?.upperBound
        let proven = end == decoder.claimedSize ? end : nil
        if decoder.provenSize != proven {
            lies.append("says \(decoder.provenSize as UInt64?) of a size of \(proven as UInt64?)")
        }
        if let proven, proven != blob.count { lies.append("has proven a false size, \(proven)") }
    }
}
