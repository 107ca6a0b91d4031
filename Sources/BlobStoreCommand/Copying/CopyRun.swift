// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCombinators
import BlobStore
import LocalBlobStore
import NIOCore
import ObjectBlobStore
import ObjectStorage
import Synchronization

/// Copies blobs from a store to another, many at once if they are small.
final class CopyRun: Sendable {
    /// How many blobs are asked for at once.
    private static let pageLength = 4096
    /// The same of an object store, where blobs that are read together should be near each other.
    private static let objectPageLength = 65_536
    /// How many are under way at once, however small they are.
    private static let countLimit = 1024
    /// How many bytes are: a large blob counts as a fourth of it.
    private static let byteLimit = 64 << 20
    /// What a blob counts as whose size is not known.
    private static let unknownByteCount = 1 << 20

    private let from: OpenStore
    private let to: OpenStore
    private let tally: Tally
    private let counts = Mutex(CopyResults())

    init(from: OpenStore, to: OpenStore, tally: Tally) {
        self.from = from
        self.to = to
        self.tally = tally
    }

    var results: CopyResults { counts.withLock { $0 } }

    /// What has been asked of the object stores that the two use.
    var costs: [(name: String, counts: RequestCounts)] {
        (from.objectStorages + to.objectStorages).map { ($0.name, $0.requests.counts) }
    }

    /// Copies all blobs of the store to read.
    func copyAll(_ progress: Progress) async throws {
        if let objects = from.objects {
            var last: BLAKE3Digest?
            while true {
                try Task.checkCancellation()
                let page = try await objects.listByPlace(after: last, limit: Self.objectPageLength)
                guard let end = page.last else { return }
                try await copy(page.blobs, progress)
                last = end
            }
        }
        guard let listable = from.service as? any ListableBlobService else {
            throw Failure(
                .usage,
                "the store to read cannot list its blobs",
                advice: "give digests, or a folder or an object store"
            )
        }
        var last: BLAKE3Digest?
        while true {
            try Task.checkCancellation()
            let page = try await listable.list(after: last, limit: Self.pageLength)
            guard let end = page.last?.digest else { return }
            try await copy(page.map { ($0.digest, $0.size) }, progress)
            last = end
        }
    }

    /// Copies blobs whose sizes may be known.
    func copy(
        _ blobs: [(digest: BLAKE3Digest, size: UInt64?)],
        _ progress: Progress
    ) async throws {
        var sizes: [BLAKE3Digest: UInt64?] = [:]
        let wanted = blobs.filter { sizes.updateValue($0.size, forKey: $0.digest) == nil }
        let missingDigests = try await to.service.missing(among: wanted.map(\.digest))
        counts.withLock { $0.presentCount += UInt64(wanted.count - missingDigests.count) }
        let missing = missingDigests.map { (digest: $0, size: sizes[$0] ?? nil) }
        // What is fetched into a folder goes on where it has stopped, and only missing chunks are fetched.
        guard to.service is LocalBlobService else {
            return try await copyEach(missing, progress) { [from, to] digest throws(BlobError) in
                guard let body = try await from.service.read(digest) else { return nil }
                var writer = try await BlobWriter(to: to.service, WriteHint(size: body.size))
                for try await piece in body {
                    try await writer.write(piece)
                    progress.add(bytes: piece.readableBytes)
                }
                _ = try await writer.finish(expecting: digest)
                return body.size
            }
        }
        let cache = CachingBlobService(near: to.service, far: from.service)
        try await cache.running {
            try await copyEach(missing, progress) { [to] digest throws(BlobError) in
                guard let body = try await cache.read(digest) else { return nil }
                var size: UInt64 = 0
                for try await piece in body {
                    size += UInt64(piece.readableBytes)
                    progress.add(bytes: piece.readableBytes)
                }
                // A cache hands on what it cannot keep.
                guard try await to.service.has(digest) else {
                    throw BlobError(.refused, "\(digest): cannot be kept; is there room for it?")
                }
                return size
            }
        }
    }

    /// Copies blobs with `copy`, which returns the size, or `nil` if there is no such blob.
    private func copyEach(
        _ blobs: [(digest: BLAKE3Digest, size: UInt64?)],
        _ progress: Progress,
        _ copy: @escaping @Sendable (BLAKE3Digest) async throws(BlobError) -> UInt64?
    ) async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            var (count, byteCount) = (0, 0)
            for (digest, size) in blobs {
                let share = Self.share(ofSize: size)
                while count > 0, count >= Self.countLimit || byteCount + share > Self.byteLimit,
                    let done = try await group.next()
                {
                    count -= 1
                    byteCount -= done
                }
                count += 1
                byteCount += share
                group.addTask {
                    try await self.note(digest, progress, copy)
                    return share
                }
            }
            try await group.waitForAll()
        }
    }

    /// How much of what may be under way at once a blob takes.
    private static func share(ofSize size: UInt64?) -> Int {
        min(size.map { Int(clamping: $0) } ?? unknownByteCount, byteLimit / 4)
    }

    private func note(
        _ digest: BLAKE3Digest,
        _ progress: Progress,
        _ copy: (BLAKE3Digest) async throws(BlobError) -> UInt64?
    ) async throws {
        do throws(BlobError) {
            guard let size = try await copy(digest) else {
                counts.withLock { $0.failedCount += 1 }
                return tally.report(Failure(absent: digest))
            }
            progress.add(files: 1)
            counts.withLock { counts in
                counts.copiedCount += 1
                counts.copiedByteCount += size
            }
        } catch {
            counts.withLock { $0.failedCount += 1 }
            guard Failure(error).concernsOneFile else { throw error }
            tally.report(error)
        }
    }
}
