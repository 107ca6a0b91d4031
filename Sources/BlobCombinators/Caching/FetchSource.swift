// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore

/// A blob as a far service has it, and how what comes of it is proven.
struct FetchSource: Sendable {
    enum Proof: Sendable {
        /// Each group of it, with hashes.
        case outboard(Outboard)
        /// The far service does it before it sends anything, or is trusted for the time being.
        case service
        /// The whole of it, when it is complete.
        case completion
    }

    private static let segmentByteCount: UInt64 = 4 << 20
    private static let callLimit = 64
    /// How many bytes of chunks are on their way at once, each of which comes as a whole: more would only
    /// keep each other waiting on a slow line.
    private static let chunkByteCount: UInt64 = 4 << 20

    let digest: BLAKE3Digest
    let size: UInt64
    let layout: ChunkLayout
    let proof: Proof
    /// Whether each chunk is read by its own digest, because parts of the blob come without a proof.
    let isReadByChunk: Bool

    /// Finds out what is to be done with what a far service has said of a blob.
    init(_ digest: BLAKE3Digest, _ info: BlobInfo) throws(BlobError) {
        try Self.check(info, of: digest)
        self.digest = digest
        size = info.size
        layout = ChunkLayout(size: info.size, chunks: info.chunks ?? [])
        if let outboard = info.outboard, outboard.tree.size == info.size, outboard.isComplete {
            proof = .outboard(outboard)
            isReadByChunk = false
        } else if layout.chunks.isEmpty {
            proof = .service
            isReadByChunk = false
        } else {
            proof = info.isTrusted ? .service : .completion
            isReadByChunk = true
        }
    }

    /// Refuses what no blob can be.
    private static func check(_ info: BlobInfo, of digest: BLAKE3Digest) throws(BlobError) {
        guard info.size > 0, info.size <= UInt64(Int64.max) else {
            throw BlobError(.corrupt, "\(digest): cannot have \(info.size) bytes")
        }
        guard let chunks = info.chunks, !chunks.isEmpty else { return }
        var rest = info.size
        for chunk in chunks {
            guard chunk.size > 0, chunk.size <= rest else { break }
            rest -= chunk.size
        }
        guard rest == 0, chunks.allSatisfy({ $0.size > 0 }) else {
            throw BlobError(.corrupt, "\(digest): its chunks do not have its \(info.size) bytes")
        }
    }

    /// The plan for the blob.
    func plan(windowByteCount: Int) -> FetchPlan {
        let window = UInt64(clamping: max(windowByteCount, 1))
        switch proof {
        case .outboard:
            return FetchPlan(
                layout,
                aheadByteCount: window,
                inFlightByteCount: window,
                segmentByteCount: min(Self.segmentByteCount, window),
                callLimit: Self.callLimit,
                beginsSmall: true
            )
        case .service, .completion:
            // Nobody reads before everything is there, or all of it comes in one stream.
            return FetchPlan(
                layout,
                aheadByteCount: size,
                inFlightByteCount: isReadByChunk ? min(window, Self.chunkByteCount) : window,
                segmentByteCount: isReadByChunk ? 1 : size,
                callLimit: isReadByChunk ? Self.callLimit : 1
            )
        }
    }

    /// Whether nothing is released before the blob is complete.
    var isHeldBack: Bool {
        if case .completion = proof { true } else { false }
    }

    /// Whether bytes are released that only the end of the blob proves.
    var isTakenOnTrust: Bool { isReadByChunk && !isHeldBack }

    /// Whether each part is proven as it comes.
    var isProvenInParts: Bool {
        if case .outboard = proof { true } else { false }
    }

    /// The hashes with which near need not hash the blob once more.
    var outboardForNear: Outboard? {
        guard case .outboard(let outboard) = proof, outboard.tree.groupSize == .standard
        else { return nil }
        return outboard
    }

    /// The bytes that have to be there to prove a range.
    func bytes(proving range: Range<UInt64>) -> Range<UInt64> {
        switch proof {
        case .outboard(let outboard):
            outboard.tree.bytes(ofGroups: outboard.tree.groups(touching: range))
        case .service: isReadByChunk ? 0..<size : range
        case .completion: 0..<size
        }
    }
}
