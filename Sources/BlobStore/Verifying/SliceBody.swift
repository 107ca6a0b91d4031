// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import NIOCore
import Synchronization

/// Checks a slice as it arrives and yields the content that was asked for.
final class SliceBody: Sendable {
    private struct State {
        var decoder: BaoDecoder
        var input = ByteBuffer()
        var ready: ArraySlice<ByteBuffer> = []
        var isEnded = false
    }

    private let digest: BLAKE3Digest
    private let slice: BlobSlice
    private let size: UInt64?
    private let wanted: Range<UInt64>
    private let source: String
    private let state: Mutex<State?>

    /// Checks a slice of `ranges` and yields the bytes `wanted`.
    ///
    /// If the size of the blob is known, a slice that says another is refused.
    init(
        _ digest: BLAKE3Digest,
        _ slice: BlobSlice,
        _ ranges: ChunkRanges,
        size: UInt64?,
        wanted: Range<UInt64>,
        source: String
    ) {
        self.digest = digest
        self.slice = slice
        self.size = size
        self.wanted = wanted
        self.source = source
        let decoder = BaoDecoder(
            digest,
            ranges: ranges,
            groupSize: slice.groupSize,
            form: slice.form
        )
        state = Mutex(State(decoder: decoder))
    }

    /// The size of the blob if the slice has proven it.
    var provenSize: UInt64? { state.withLock { $0?.decoder.provenSize } }

    /// Returns the next bytes.
    func next() async throws(BlobError) -> ByteBuffer? {
        guard var state = state.withLock({ $0.take() }) else {
            throw corrupt("the slice has failed before")
        }
        while state.ready.isEmpty, !state.isEnded { try await advance(&state) }
        let buffer = state.ready.popFirst()
        self.state.withLock { $0 = state }
        return buffer
    }

    private func advance(_ state: inout State) async throws(BlobError) {
        try BlobError.checkCancellation()
        guard let piece = try await slice.next() else {
            guard state.decoder.next == nil else {
                throw BlobError(state.decoder.endedEarly, of: digest, from: source)
            }
            state.isEnded = true
            return
        }
        state.input.join(piece)
        let content = try decode(&state)
        if let size, let claim = state.decoder.claimedSize, claim != size {
            throw corrupt("says \(claim) bytes, and the blob has \(size)")
        }
        state.ready = content[...]
        if state.decoder.next == nil, state.input.readableBytes > 0 {
            throw corrupt("sends more than the slice that was asked for")
        }
    }

    /// Decodes what is whole in the input and returns what of it is wanted.
    private func decode(_ state: inout State) throws(BlobError) -> [ByteBuffer] {
        var content: [ByteBuffer] = []
        let input = state.input
        let span = input.readableBytesSpan
        let taken = try BlobError.proving(digest, from: source) { () throws(BaoError) in
            try state.decoder.decode(span) { offset, bytes in
                guard let place = span.byteOffsets(of: bytes),
                    let piece = input.getSlice(
                        at: input.readerIndex + place.lowerBound,
                        length: place.count
                    ),
                    let part = piece.part(wanted, at: offset)
                else { return }
                content.append(part)
            }
        }
        state.input.moveReaderIndex(forwardBy: taken)
        return content
    }

    private func corrupt(_ problem: String) -> BlobError {
        BlobError(.corrupt, "\(digest) from \(source): \(problem)")
    }
}
