// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
import BlobStore
import NIOCore
import ObjectStorage

extension PackReader {
    /// Reads a whole pack, or returns `nil` if it is not there.
    ///
    /// Memory: the pack.
    func whole(_ pack: IndexObject.Pack) async throws(BlobError) -> ByteBuffer? {
        let limit = Int(clamping: pack.size)
        return try await index.storage.content(of: PackObject.key(pack.name), upTo: limit)
    }

    /// Returns the records of a pack with their stored content, all of which has been checked.
    func records(
        of pack: IndexObject.Pack
    ) async throws(BlobError) -> [(PackRecord, stored: ByteBuffer)] {
        guard let content = try await whole(pack) else {
            throw damage(pack, "is gone, and others rely on it")
        }
        let isSound = try await Workers.run { () throws(BlobError) in
            BLAKE3Digest(hashing: content.readableBytesSpan) == pack.name
        }
        guard isSound, let records = PackObject.records(of: content) else {
            throw damage(pack, "does not match its name")
        }
        return stored(records, in: content)
    }

    /// Divides a pack into the stored content of its records, as far as it goes.
    func stored(
        _ records: [PackRecord],
        in pack: ByteBuffer
    ) -> [(PackRecord, stored: ByteBuffer)] {
        var position = pack.readerIndex + PackObject.headerByteCount
        return records.map { record in
            let length = Int(record.storedLength)
            defer { position += length }
            let stored = pack.getSlice(at: position, length: length) ?? ByteBuffer()
            return (record, ByteBuffer(copying: stored))
        }
    }

    private func damage(_ pack: IndexObject.Pack, _ problem: String) -> BlobError {
        BlobError(
            .corrupt,
            "\(index.storage.name)/\(PackObject.key(pack.name)): \(problem);"
                + " see what `blobstore object fsck` says"
        )
    }
}
