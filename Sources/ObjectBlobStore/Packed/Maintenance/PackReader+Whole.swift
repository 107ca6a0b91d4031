// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
import BlobStore
import NIOCore
import ObjectStorage

extension PackReader {
    /// Reads a whole pack, or returns `nil` if it is not there or has more bytes than a pack can have.
    ///
    /// Memory: the pack.
    func whole(_ name: BLAKE3Digest) async throws(BlobError) -> ByteBuffer? {
        let limit = Int(PackObject.byteLimit)
        do throws(BlobError) {
            return try await index.storage.content(of: PackObject.key(name), upTo: limit)
        } catch {
            guard error.code == .corrupt else { throw error }
            return nil
        }
    }

    /// Returns the records of a pack with their stored content, or `nil` if the pack is gone or damaged.
    func records(
        of pack: IndexObject.Pack
    ) async throws(BlobError) -> [(PackRecord, stored: ByteBuffer)]? {
        guard let content = try await whole(pack.name) else { return nil }
        return try await Workers.run { () throws(BlobError) in
            guard BLAKE3Digest(hashing: content.readableBytesSpan) == pack.name,
                let records = PackObject.records(of: content)
            else { return nil }
            return stored(records, in: content)
        }
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
            return (record, stored)
        }
    }
}
