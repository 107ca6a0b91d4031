// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
import Bao
import NIOCore
import Synchronization

/// Trusts nobody: checks everything that another service reads against the digest.
///
/// Bytes are released range by range as soon as they are proven, with the hashes that the service
/// sends beside or between them (``BlobService/readSlice(_:_:)``, ``BlobService/outboard(of:in:)``).
/// From a service that sends no hashes the whole blob is read into memory before any of it is
/// released, up to a limit.
///
/// A changed byte, an early end, bytes too many and a false size are each a
/// ``BlobError/Code-swift.enum/corrupt`` that names the service. The first time that a blob is asked
/// for its last group is read as well, which proves its size. A chunk list is only as good as its
/// source; the chunks in it are checked when they are read.
///
/// Memory: 256 KiB of content and 128 KiB of hashes for each body.
public final class VerifyingBlobService<Base: BlobService>: WrappingBlobService {
    /// The service underneath.
    public let base: Base

    let source: String
    private let spoolLimit: Int
    private let sizes = Mutex<[BLAKE3Digest: UInt64]>([:])

    /// How many sizes are remembered; then all are forgotten.
    private static var rememberedSizeCount: Int { 4096 }

    /// Checks what a service reads.
    ///
    /// - Parameters:
    ///   - base: The service that is not trusted.
    ///   - source: What errors call it.
    ///   - spoolLimit: The largest blob, in bytes, that is read from a service without hashes.
    public init(_ base: Base, source: String, spoolLimit: Int = 64 << 20) {
        self.base = base
        self.source = source
        self.spoolLimit = spoolLimit
    }

    /// Returns the size, which has been proven if the service sends hashes, and else is its claim.
    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        guard let info = try await base.stat(digest, wanted) else { return nil }
        if let size = try await provenSize(of: digest), size != info.size {
            throw corrupt(digest, "says \(info.size) bytes, and the blob has \(size)")
        }
        if let chunks = info.chunks, !chunks.isEmpty {
            var sum: UInt64 = 0
            for chunk in chunks { sum = sum.addingReportingOverflow(chunk.size).partialValue }
            guard sum == info.size, chunks.allSatisfy({ (1...info.size).contains($0.size) }) else {
                throw corrupt(digest, "the chunks are of \(sum) bytes, the blob of \(info.size)")
            }
        }
        return info
    }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard let size = try await provenSize(of: digest) else {
            return try await spool(digest, in: range)
        }
        let wanted = try range.resolved(against: size)
        if wanted.isEmpty { return BlobBody(size: size, pieces: []) }
        let chunks = ChunkRanges(touchingBytes: wanted)
        if let slice = try await base.readSlice(digest, chunks) {
            let body = SliceBody(digest, slice, chunks, size: size, wanted: wanted, source: source)
            return BlobBody(size: size) { () throws(BlobError) in try await body.next() }
        }
        let body = OutboardBody(digest, size: size, wanted: wanted, from: base, source: source)
        return BlobBody(size: size) { () throws(BlobError) in try await body.next() }
    }

    func corrupt(_ digest: BLAKE3Digest, _ problem: String) -> BlobError {
        BlobError(.corrupt, "\(digest) from \(source): \(problem)")
    }
}

extension VerifyingBlobService {
    /// The size of a blob, proven by its last group, or `nil` if the service does not have the blob or
    /// sends no hashes.
    private func provenSize(of digest: BLAKE3Digest) async throws(BlobError) -> UInt64? {
        if digest == .empty { return 0 }
        if let size = sizes.withLock({ $0[digest] }) { return size }
        var proven = try await sizeProvenBySlice(of: digest)
        if proven == nil { proven = try await sizeProvenByOutboard(of: digest) }
        guard let size = proven else { return nil }
        sizes.withLock { sizes in
            if sizes.count >= Self.rememberedSizeCount { sizes = [:] }
            sizes[digest] = size
        }
        return size
    }

    private func sizeProvenBySlice(of digest: BLAKE3Digest) async throws(BlobError) -> UInt64? {
        guard let slice = try await base.readSlice(digest, .last) else { return nil }
        let body = SliceBody(digest, slice, .last, size: nil, wanted: 0..<0, source: source)
        while try await body.next() != nil {}
        return body.provenSize
    }

    private func sizeProvenByOutboard(of digest: BLAKE3Digest) async throws(BlobError) -> UInt64? {
        guard let info = try await base.stat(digest),
            let outboard = try await base.outboard(of: digest, in: ByteRange(from: info.size))
        else { return nil }
        let size = outboard.tree.size
        guard outboard.digest == digest, size == info.size else {
            throw corrupt(digest, "says \(info.size) bytes, its hashes are of \(size)")
        }
        let last = outboard.tree.groupCount - 1
        let start = outboard.tree.bytes(ofGroups: last..<last + 1).lowerBound
        let body = OutboardBody(
            digest,
            size: size,
            wanted: start..<size,
            from: base,
            source: source
        )
        if start == size { try await body.checkEmpty(outboard) }
        while try await body.next() != nil {}
        return size
    }

    /// Reads a whole blob and releases a part of it if it has the digest.
    private func spool(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard let body = try await base.read(digest) else { return nil }
        guard body.size <= spoolLimit else {
            throw BlobError(
                .refused,
                "\(digest) from \(source): has \(body.size) bytes and comes without hashes; at most"
                    + " \(spoolLimit) are kept to be checked as a whole"
            )
        }
        var hasher = BLAKE3Hasher()
        var pieces: [ByteBuffer] = []
        for try await piece in body {
            hasher.update(piece.readableBytesSpan)
            guard hasher.byteCount <= body.size else {
                throw corrupt(digest, "sends more than the \(body.size) bytes that it says")
            }
            pieces.append(piece)
        }
        guard hasher.byteCount == body.size else {
            throw corrupt(digest, "ends at byte \(hasher.byteCount) of \(body.size)")
        }
        let found = hasher.finalize()
        guard found == digest else {
            throw corrupt(digest, "sends a blob with the digest \(found)")
        }
        let wanted = try range.resolved(against: body.size)
        return BlobBody(size: body.size, pieces: Self.parts(of: pieces, in: wanted))
    }

    private static func parts(of pieces: [ByteBuffer], in wanted: Range<UInt64>) -> [ByteBuffer] {
        var start: UInt64 = 0
        return pieces.compactMap { piece in
            let range = start..<start + UInt64(piece.readableBytes)
            start = range.upperBound
            return piece.part(wanted, at: range.lowerBound)
        }
    }
}
