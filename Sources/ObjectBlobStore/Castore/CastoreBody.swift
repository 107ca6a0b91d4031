// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// Reads a range of a blob from its chunks, each of which is checked; that they are those of the blob is
/// not.
///
/// Memory: 16 MiB of chunks that are fetched ahead.
final class CastoreBody: Sendable {
    private static let aheadByteCount = 16 << 20

    private let readAhead: ReadAhead

    /// Runs as a task of the store.
    init(
        _ digest: BLAKE3Digest,
        _ index: CastoreIndex,
        _ wanted: Range<UInt64>,
        of store: CastoreStore
    ) throws(BlobError) {
        let rest = Mutex((chunks: index.chunks[...], position: UInt64(0)))
        readAhead = ReadAhead(byteLimit: Self.aheadByteCount) { () throws(BlobError) in
            let next = rest.withLock { rest -> (ChunkReference, UInt64)? in
                while rest.position < wanted.upperBound, let chunk = rest.chunks.popFirst() {
                    defer { rest.position += chunk.size }
                    if rest.position + chunk.size > wanted.lowerBound {
                        return (chunk, rest.position)
                    }
                }
                return nil
            }
            guard let (chunk, start) = next else { return nil }
            return ReadAhead.Piece(byteCount: Int(chunk.size)) { () throws(BlobError) in
                guard let content = try await store.chunks.read(chunk.digest, size: chunk.size)
                else {
                    throw BlobError(
                        .corrupt,
                        "\(digest) in \(store.storage.name): its chunk \(chunk.digest) is not there"
                    )
                }
                guard UInt64(content.readableBytes) == chunk.size,
                    let part = content.part(wanted, at: start)
                else {
                    throw BlobError(
                        .corrupt,
                        "\(digest) in \(store.storage.name): its chunk \(chunk.digest) has"
                            + " \(content.readableBytes) bytes instead of \(chunk.size)"
                    )
                }
                return [part]
            }
        }
        try store.start { [readAhead] in await readAhead.run() }
    }

    deinit { readAhead.end() }

    /// Returns the next bytes, or `nil` at the end.
    func next() async throws(BlobError) -> ByteBuffer? { try await readAhead.next() }
}
