// SPDX-License-Identifier: Apache-2.0
import BLAKE3

// The form of iroh's `bitfield` files (0.90 and later): the BLAKE3 digest of a payload, then the
// payload: a count, the size, and the chunk numbers where membership changes, all as LEB128.

extension VerifiedChunks {
    /// The saved form, which iroh reads as well: 32 bytes and some for each range.
    public var bytes: [UInt8] {
        var boundaries = chunks.boundaries
        let count = HashTree(size: claimedSize).chunkCount
        // Nothing follows the last chunk of a proven size, so the set is kept open there.
        if provenSize != nil, boundaries.last == count { boundaries.removeLast() }
        var payload: [UInt8] = []
        Self.append(UInt64(boundaries.count) + 1, to: &payload)
        Self.append(claimedSize, to: &payload)
        for boundary in boundaries { Self.append(boundary, to: &payload) }
        var bytes: [UInt8] = []
        BLAKE3Digest(hashing: unsafe payload.span.bytes).withBytes { bytes.append($0) }
        return bytes + payload
    }

    /// Reads the saved form.
    ///
    /// - Throws: ``BaoError/unsoundState`` if it is damaged or cut off. Then what is there has to be
    ///   checked anew.
    public init(bytes: RawSpan) throws(BaoError) {
        guard bytes.byteCount > BLAKE3Digest.byteCount else { throw .unsoundState }
        let payload = bytes.extracting(droppingFirst: BLAKE3Digest.byteCount)
        let digest = bytes.extracting(first: BLAKE3Digest.byteCount)
        guard BLAKE3Digest(copying: digest) == BLAKE3Digest(hashing: payload)
        else { throw .unsoundState }
        var offset = 0
        guard let count = Self.read(payload, &offset), count > 0,
            let size = Self.read(payload, &offset)
        else { throw .unsoundState }
        var boundaries: [UInt64] = []
        for _ in 1..<count {
            guard let boundary = Self.read(payload, &offset) else { throw .unsoundState }
            boundaries.append(boundary)
        }
        guard offset == payload.byteCount, let chunks = ChunkRanges(boundaries: boundaries)
        else { throw .unsoundState }
        let all = ChunkRanges(0..<HashTree(size: size).chunkCount)
        self.init(chunks: chunks.intersection(all), claimedSize: size)
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest > 127 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Reads a number, or returns `nil` if it is cut off or has more than 64 bits.
    private static func read(_ bytes: RawSpan, _ offset: inout Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard offset < bytes.byteCount else { return nil }
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            offset += 1
            let part = UInt64(byte & 127)
            guard (part << shift) >> shift == part else { return nil }
            value |= part << shift
            if byte < 128 { return value }
        }
        return nil
    }
}
