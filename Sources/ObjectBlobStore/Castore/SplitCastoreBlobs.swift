// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobRecords
import BlobStore
import NIOCore
import ObjectStorage

/// The blobs of more than one chunk in the castore layout, with what proves them if that is there.
struct SplitCastoreBlobs: BlobService {
    let store: CastoreStore
    private let hashing = Turns<BLAKE3Digest>()

    init(in store: CastoreStore) { self.store = store }

    func index(of digest: BLAKE3Digest) async throws(BlobError) -> CastoreIndex? {
        guard case .split(let index) = try await store.find(digest) else { return nil }
        return index
    }

    func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        guard let index = try await index(of: digest) else { return nil }
        return BlobInfo(size: index.size, chunks: wanted.chunks ? index.chunks : nil)
    }

    func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard let index = try await index(of: digest) else { return nil }
        let wanted = try range.resolved(against: index.size)
        if wanted.isEmpty { return BlobBody(size: index.size, pieces: []) }
        let body = try CastoreBody(digest, index, wanted, of: store)
        return BlobBody(size: index.size) { () throws(BlobError) in try await body.next() }
    }

    func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        guard let index = try await index(of: digest),
            let record = try await store.hashes.record(of: digest, size: index.size)
        else { return nil }
        let groups = HashTree(size: index.size)
            .groups(touching: try range.resolved(against: index.size))
        return try await store.hashes.pages.outboard(of: digest, record, for: groups) {
            range throws(BlobError) in try await read(digest, in: range)
        }
    }

    func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        throw BlobError(.refused, "only whole services are written to")
    }

    /// Makes sure that the hash tree of a blob is there: reads all of it if not, and keeps the tree, in memory
    /// if the place can only be read.
    ///
    /// Who wants the same tree at the same time waits. Fails with `corrupt` if the chunks make another blob.
    func makeHashTree(of digest: BLAKE3Digest, _ index: CastoreIndex) async throws(BlobError) {
        let hashes = store.hashes
        if try await hashes.record(of: digest, size: index.size) != nil { return }
        try await hashing.take(digest) { () throws(BlobError) in
            if hashes.kept(digest) != nil { return }
            guard let body = try await read(digest, in: .all) else { return }
            let record = try await HashTreeRecord.build(
                of: digest,
                from: body,
                in: store.storage.name
            ) { values throws(BlobError) in try await hashes.keep(values) }
            if let record { try await hashes.keep(record, of: digest) }
        }
    }
}
