// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
import NIOCore

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
/// Memory: some hundred KiB of content and hashes for each body; if the service sends slices with lists,
/// these as well, 64 MiB at most.
public final class VerifyingBlobService<Base: BlobService>: WrappingBlobService {
    /// The service underneath.
    public let base: Base

    let source: String
    /// The largest blob, in bytes, that is read from a service without hashes.
    public let spoolLimit: Int
    private let sizes = SizeMemory()

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
            var rest = info.size
            for chunk in chunks {
                guard chunk.size > 0, chunk.size <= rest else {
                    throw corrupt(digest, "its chunks are not of \(info.size) bytes")
                }
                rest -= chunk.size
            }
            guard rest == 0 else {
                throw corrupt(digest, "its chunks leave \(rest) of its bytes out")
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
        if wanted.isEmpty {
            if digest != .empty, try await base.stat(digest) == nil { return nil }
            return BlobBody(size: size, pieces: [])
        }
        if let body = try await readSlice(digest, wanted, size: size) { return body }
        let body = try await OutboardBody(untrusted(digest), size: size, wanted: wanted)
        return body.map { body in
            BlobBody(size: size) { () throws(BlobError) in try await body.next() }
        }
    }

    private func readSlice(
        _ digest: BLAKE3Digest,
        _ wanted: Range<UInt64>,
        size: UInt64
    ) async throws(BlobError) -> BlobBody? {
        let chunks = ChunkRanges(touchingBytes: wanted)
        guard let slice = try await base.readSlice(digest, chunks) else { return nil }
        let body = SliceBody(digest, slice, chunks, size: size, wanted: wanted, source: source)
        return BlobBody(size: size) { () throws(BlobError) in try await body.next() }
    }

    /// Opens part of a blob whose size the service has just told, as a slice, and meanwhile has that size
    /// proven; `nil` if that cannot be done.
    package func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange,
        ofClaimedSize size: UInt64
    ) async throws(BlobError) -> BlobBody? {
        if sizes.size(of: digest) != nil { return try await read(digest, in: range) }
        guard let wanted = try? range.resolved(against: size), !wanted.isEmpty else { return nil }
        async let proof = sizeProof(of: digest)
        guard let body = try await readSlice(digest, wanted, size: size),
            let proven = try await proof.get()
        else { return nil }
        guard proven == size else {
            throw corrupt(digest, "says \(size) bytes, and the blob has \(proven)")
        }
        return body
    }

    private func sizeProof(of digest: BLAKE3Digest) async -> Result<UInt64?, BlobError> {
        do throws(BlobError) {
            return .success(try await provenSize(of: digest))
        } catch {
            return .failure(error)
        }
    }

    /// Returns hashes of the blob that was asked for, whose size has been proven.
    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        guard let size = try await provenSize(of: digest) else { return nil }
        let wanted = try range.resolved(against: size)
        guard let outboard = try await untrusted(digest).outboard(for: wanted) else { return nil }
        guard outboard.tree.size == size else {
            throw corrupt(digest, "sends hashes of \(outboard.tree.size) bytes, and has \(size)")
        }
        return outboard
    }

    private func untrusted(_ digest: BLAKE3Digest) -> UntrustedSource {
        UntrustedSource(digest: digest, service: base, name: source)
    }

    func corrupt(_ digest: BLAKE3Digest, _ problem: String) -> BlobError {
        untrusted(digest).corrupt(problem)
    }
}

extension VerifyingBlobService {
    /// The size of a blob, proven by its last group, or `nil` if the service does not have the blob or
    /// sends no hashes.
    package func provenSize(of digest: BLAKE3Digest) async throws(BlobError) -> UInt64? {
        if digest == .empty { return 0 }
        if let size = sizes.size(of: digest) { return size }
        var proven = try await sizeProvenBySlice(of: digest)
        if proven == nil { proven = try await sizeProvenByOutboard(of: digest) }
        guard let size = proven else { return nil }
        sizes.remember(size, of: digest)
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
            let outboard = try await untrusted(digest).outboard(for: info.size..<info.size)
        else { return nil }
        let size = outboard.tree.size
        guard size == info.size else {
            throw corrupt(digest, "says \(info.size) bytes, its hashes are of \(size)")
        }
        // Only the empty blob has no last byte, and that is known.
        guard size > 0 else { throw corrupt(digest, "says that it has no bytes") }
        let body = try await OutboardBody(untrusted(digest), size: size, wanted: size - 1..<size)
        guard let body else { return nil }
        while try await body.next() != nil {}
        return size
    }
}
