// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobCombinators
import BlobStore
import NIOCore
import Synchronization

/// Keeps no hashes.
struct Hashless<Base: BlobService>: WrappingBlobService {
    let base: Base
    var isTrusted = false

    func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        var info = try await base.stat(digest, wanted)
        info?.outboard = nil
        info?.isTrusted = isTrusted
        return info
    }

    func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? { nil }

    func readSlice(
        _ digest: BLAKE3Digest,
        _ ranges: ChunkRanges
    ) async throws(BlobError) -> BlobSlice? { nil }
}

/// Counts what is asked for.
final class Measured<Base: BlobService>: WrappingBlobService {
    let base: Base
    private let counts = Mutex((bytes: 0, questions: 0, ranges: [ByteRange]()))

    init(_ base: Base) { self.base = base }

    /// The number of bytes that have been read.
    var byteCount: Int { counts.withLock { $0.bytes } }
    /// How often it was asked about a blob.
    var questionCount: Int { counts.withLock { $0.questions } }
    var readCount: Int { counts.withLock { $0.ranges.count } }

    func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        counts.withLock { $0.questions += 1 }
        return try await base.stat(digest, wanted)
    }

    func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        counts.withLock { $0.ranges.append(range) }
        guard let body = try await base.read(digest, in: range) else { return nil }
        let rest = Mutex(body.makeAsyncIterator())
        return BlobBody(size: body.size) { [self] () throws(BlobError) in
            var iterator = rest.withLock { $0 }
            let bytes = try await iterator.next()
            counts.withLock { $0.bytes += bytes?.readableBytes ?? 0 }
            return bytes
        }
    }
}

/// Makes substituters forget what has been absent when it is written elsewhere.
final class ForgettingSink: BlobSink {
    let base: any BlobSink
    let service: SubstitutingBlobService

    init(base: any BlobSink, service: SubstitutingBlobService) {
        self.base = base
        self.service = service
    }

    func append(_ bytes: ByteBuffer) async throws(BlobError) { try await base.append(bytes) }

    func appendGroupValues(_ values: [BLAKE3Tree.ChainingValue]) async throws(BlobError) {
        try await base.appendGroupValues(values)
    }

    func commit(_ blob: VerifiedBlob) async throws(BlobError) {
        try await base.commit(blob)
        service.forgetAbsence(of: blob.digest)
    }

    func abort() { base.abort() }
}

/// Breaks bodies off when all of them together have sent a number of bytes, only once if it recovers.
final class Cutting<Base: BlobService>: WrappingBlobService {
    let base: Base
    private let error: BlobError
    private let room: Mutex<Int>

    private let recovers: Bool

    init(base: Base, limit: Int, error: BlobError, recovers: Bool = false) {
        self.base = base
        self.error = error
        self.recovers = recovers
        room = Mutex(limit)
    }

    func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard let body = try await base.read(digest, in: range) else { return nil }
        let iterator = body.makeAsyncIterator()
        return BlobBody(size: body.size) { [self] () throws(BlobError) in
            var iterator = iterator
            guard room.withLock({ $0 }) > 0 else {
                if recovers { room.withLock { $0 = .max } }
                throw error
            }
            guard var bytes = try await iterator.next() else { return nil }
            let length = room.withLock { room in
                defer { room -= min(room, bytes.readableBytes) }
                return min(room, bytes.readableBytes)
            }
            return bytes.readSlice(length: length)
        }
    }
}
