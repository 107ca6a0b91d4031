// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
import NIOCore
import Synchronization

/// Makes a slice of what a service reads and of the hashes that it has.
///
/// Memory: the outboard of 16 MiB of the blob, and a piece of content as the service yields it.
final class SliceEncoding: Sendable {
    /// How many groups the hashes are asked for at once.
    private static let windowGroupCount: UInt64 = 1024
    private static let pieceByteCount = 128 << 10

    private struct State {
        var encoder: BaoEncoder
        var hashes: OutboardHashes?
        /// The bytes of all groups that are read, less those behind which it has come.
        var parts: ArraySlice<Range<UInt64>>
        var body: BlobBody.AsyncIterator?
        var position: UInt64 = 0
        var content = ByteBuffer()
        var isBegun = false
    }

    private let digest: BLAKE3Digest
    private let tree: HashTree
    private let service: any BlobService
    private let state: Mutex<State?>

    init(
        _ digest: BLAKE3Digest,
        _ tree: HashTree,
        _ ranges: ChunkRanges,
        _ form: BaoForm,
        _ groupSize: GroupSize,
        from service: any BlobService
    ) throws(BaoError) {
        self.digest = digest
        self.tree = tree
        self.service = service
        let encoder = try BaoEncoder(digest, tree, ranges: ranges, groupSize: groupSize, form: form)
        state = Mutex(State(encoder: encoder, parts: tree.groupBytes(of: ranges)[...]))
    }

    /// Returns the next bytes of the encoding.
    func next() async throws(BlobError) -> ByteBuffer? {
        guard var state = state.withLock({ $0.take() }) else {
            throw BlobError(.unavailable, "\(digest): the slice has failed before")
        }
        var output = ByteBuffer()
        if !state.isBegun {
            BaoHeader.withBytes(ofSize: tree.size) { output.writeSpan($0) }
            state.isBegun = true
        }
        while output.readableBytes < Self.pieceByteCount, let item = state.encoder.next {
            if case .data(let range) = item {
                let content = try await content(range, &state)
                try accept(content.readableBytesSpan, &state.encoder, &output)
            } else {
                try await acceptHashes(item, &state, &output)
            }
        }
        self.state.withLock { $0 = state }
        return output.readableBytes > 0 ? output : nil
    }

    private func accept(
        _ input: RawSpan,
        _ encoder: inout BaoEncoder,
        _ output: inout ByteBuffer
    ) throws(BlobError) {
        try BlobError.proving(digest, from: "\(type(of: service))") { () throws(BaoError) in
            let count = try encoder.accept(input) { output.writeSpan($0) }
            guard count != nil else { throw .endedEarly(encoder.next ?? .header) }
        }
    }

    private func acceptHashes(
        _ item: BaoItem,
        _ state: inout State,
        _ output: inout ByteBuffer
    ) async throws(BlobError) {
        guard case .parent(let node) = item else {
            throw BlobError(.unsupported, "\(digest): cannot send lists of hashes")
        }
        var parent = state.hashes?.parent(node)
        if parent == nil {
            state.hashes = try await window(from: tree.bytes(of: node).lowerBound)
            parent = state.hashes?.parent(node)
        }
        guard let parent else {
            throw BlobError(.unavailable, "\(digest): its hashes are not there any more")
        }
        try parent.withBytes { (bytes) throws(BlobError) in
            try accept(bytes, &state.encoder, &output)
        }
    }

    private func window(from start: UInt64) async throws(BlobError) -> OutboardHashes? {
        let length = Self.windowGroupCount * UInt64(tree.groupSize.byteCount)
        let range = start..<start + min(length, tree.size - start)
        let outboard = try await service.outboard(
            of: digest,
            in: ByteRange(from: range.lowerBound, upTo: range.upperBound)
        )
        guard let outboard, outboard.tree == tree else { return nil }
        return OutboardHashes(of: outboard)
    }

    /// Reads content of the blob; ranges come in ascending order.
    private func content(
        _ range: Range<UInt64>,
        _ state: inout State
    ) async throws(BlobError) -> ByteBuffer {
        if state.body == nil || state.position != range.lowerBound {
            while let part = state.parts.first, part.upperBound <= range.lowerBound {
                state.parts.removeFirst()
            }
            let end = state.parts.first?.upperBound
            state.body = try await service.read(
                digest,
                in: ByteRange(from: range.lowerBound, upTo: end ?? range.upperBound)
            )?.makeAsyncIterator()
            state.content.clear()
        }
        state.position = range.upperBound
        if let content = state.content.readSlice(length: range.count) { return content }
        // Copied, so that no more than one piece of the body is in memory.
        var content = ByteBuffer()
        while true {
            let missing = min(range.count - content.readableBytes, state.content.readableBytes)
            if var part = state.content.readSlice(length: missing) { content.writeBuffer(&part) }
            if content.readableBytes == range.count { return content }
            guard let piece = try await state.body?.next() else {
                throw BlobError(.unavailable, "\(digest): ends before byte \(range.upperBound)")
            }
            state.content = piece
        }
    }
}

extension BlobSlice {
    /// Makes a slice of a blob that a service has, or returns `nil` if it does not have the blob or no
    /// hashes for it.
    ///
    /// What is sent has been checked against the digest.
    ///
    /// - Parameters:
    ///   - digest: The digest of the blob.
    ///   - ranges: The chunks that are asked for.
    ///   - service: The service that has the blob.
    ///   - form: How the hashes are arranged; lists are not supported.
    ///   - groupSize: The size of the groups that are proven as one, 16 KiB at most.
    /// - Throws: `unsupported` for a form or group size that is not supported; what the service throws.
    public init?(
        of digest: BLAKE3Digest,
        _ ranges: ChunkRanges,
        from service: any BlobService,
        form: BaoForm = .parents,
        groupSize: GroupSize = .standard
    ) async throws(BlobError) {
        guard form == .parents || form == .siblings, groupSize.log <= GroupSize.standard.log else {
            throw BlobError(.unsupported, "\(digest): cannot be sent in this form")
        }
        guard let info = try await service.stat(digest),
            try await service.outboard(of: digest, in: ByteRange(from: info.size)) != nil
        else { return nil }
        let tree = HashTree(size: info.size)
        let encoding = try BlobError.proving(digest, from: "\(type(of: service))") {
            () throws(BaoError) in
            try SliceEncoding(digest, tree, ranges, form, groupSize, from: service)
        }
        self.init(form: form, groupSize: groupSize) { () throws(BlobError) in
            try await encoding.next()
        }
    }
}
