// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
import NIOCore
import Synchronization

/// Keeps blobs in memory, each in one piece: all of them, or as many of those used last as a limit allows.
public final class MemoryBlobService: ListableBlobService {
    /// The content of one blob, in buffers of at most `pieceSize` bytes.
    private struct Content {
        // A slice that begins at 16 MiB or beyond into its storage would be copied by ByteBuffer.
        static let pieceSize = 1 << 20

        var pieces: [ByteBuffer] = []
        var size: UInt64 = 0
        var groupValues: [BLAKE3Tree.ChainingValue] = []

        mutating func append(_ bytes: ByteBuffer) {
            var bytes = bytes
            size += UInt64(bytes.readableBytes)
            // A buffer that is neither small nor a small part of another one is kept as it is.
            let isFull = bytes.readableBytes > bytes.storageCapacity / 2
            if (Self.pieceSize / 4...Self.pieceSize).contains(bytes.readableBytes), isFull {
                pieces.append(bytes)
                return
            }
            while bytes.readableBytes > 0 {
                if pieces.last.map({ $0.readableBytes < Self.pieceSize }) != true {
                    pieces.append(ByteBuffer())
                }
                let last = pieces.count - 1
                let room = Self.pieceSize - pieces[last].readableBytes
                if var part = bytes.readSlice(length: min(room, bytes.readableBytes)) {
                    pieces[last].writeBuffer(&part)
                }
            }
        }
    }

    private let blobs: Mutex<RecentlyUsed<Content>>

    /// Creates a service with no blob but the empty one.
    ///
    /// - Parameter limit: How many bytes of content are kept; `nil`: all. A blob of more than half of that
    ///   is not kept at all.
    public init(limit: Int? = nil) { blobs = Mutex(RecentlyUsed(limit: limit)) }

    private func content(of digest: BLAKE3Digest) -> Content? {
        blobs.withLock { $0.use(digest) } ?? (digest == .empty ? Content() : nil)
    }

    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        content(of: digest).map { BlobInfo(size: $0.size, chunks: wanted.chunks ? [] : nil) }
    }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard let content = content(of: digest) else { return nil }
        let wanted = try range.resolved(against: content.size)
        return BlobBody(size: content.size, pieces: content.pieces.parts(wanted))
    }

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        Sink(service: self)
    }

    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        guard let content = content(of: digest) else { return nil }
        let tree = HashTree(size: content.size)
        // A sink around ours may not have passed them on.
        if content.groupValues.isEmpty, tree.groupCount > 1 { return nil }
        let groups = tree.groups(touching: try range.resolved(against: content.size))
        return try BlobError.proving(digest, from: "memory") { () throws(BaoError) in
            try Outboard(digest, tree, values: content.groupValues).narrowed(to: groups)
        }
    }

    public func list(
        after digest: BLAKE3Digest?,
        limit: Int
    ) async throws(BlobError) -> [ListedBlob] {
        let all = blobs.withLock { blobs in
            blobs.all.map { ListedBlob(digest: $0.key, size: $0.value.size) }
        }
        let rest = all.sorted { $0.digest < $1.digest }.drop { entry in
            digest.map { entry.digest <= $0 } ?? false
        }
        return Array(rest.prefix(max(limit, 0)))
    }

    private final class Sink: BlobSink {
        private let service: MemoryBlobService
        private let content = Mutex(Content())

        init(service: MemoryBlobService) { self.service = service }

        func append(_ bytes: ByteBuffer) async throws(BlobError) {
            content.withLock { $0.append(bytes) }
        }

        func appendGroupValues(
            _ values: [BLAKE3Tree.ChainingValue]
        ) async throws(BlobError) {
            content.withLock { $0.groupValues += values }
        }

        func commit(_ blob: VerifiedBlob) async throws(BlobError) {
            let content = content.withLock { $0 }
            service.blobs.withLock { $0.add(content, blob.digest, byteCount: Int(content.size)) }
        }

        func abort() {
            content.withLock { $0 = Content() }
        }
    }
}
