// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import Synchronization
import SystemPackage

import struct NIOCore.ByteBuffer
import class NIOPosix.NIOThreadPool

/// The files of a folder whose names are their digests.
///
/// It believes the names; `VerifyingBlobService` around it does not.
struct FolderService: BlobService {
    private static let pieceSize: UInt64 = 1 << 20

    let folder: FilePath

    func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        let size = digest == .empty ? 0 : try await size(of: digest)
        return size.map { BlobInfo(size: $0, chunks: wanted.chunks ? [] : nil) }
    }

    func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard let size = try await stat(digest)?.size else { return nil }
        let wanted = try range.resolved(against: size)
        let position = Position(wanted.lowerBound)
        return BlobBody(size: size) { () throws(BlobError) in
            let start = position.value.load(ordering: .relaxed)
            if start >= wanted.upperBound { return nil }
            let length = Int(min(wanted.upperBound - start, Self.pieceSize))
            let piece = try await bytes(of: digest, from: start, length)
            position.value.add(UInt64(piece.readableBytes), ordering: .relaxed)
            return piece
        }
    }

    func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        throw BlobError(.refused, "\(folder): can only be read")
    }

    /// Where a body is; it is used by one task at a time.
    private final class Position: Sendable {
        let value: Atomic<UInt64>
        init(_ start: UInt64) { value = Atomic(start) }
    }

    // MARK: files

    private func size(of digest: BLAKE3Digest) async throws(BlobError) -> UInt64? {
        try await withFile(digest) { UInt64(try $0.seek(offset: 0, from: .end)) }
    }

    private func bytes(
        of digest: BLAKE3Digest,
        from start: UInt64,
        _ length: Int
    ) async throws(BlobError) -> ByteBuffer {
        let bytes = try await withFile(digest) { file in
            var bytes = ByteBuffer()
            try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { room in
                let room = UnsafeMutableRawBufferPointer(rebasing: room[..<length])
                return try file.read(fromAbsoluteOffset: Int64(start), into: room)
            }
            return bytes
        }
        guard let bytes, bytes.readableBytes > 0 else {
            throw BlobError(.unavailable, "\(folder): \(digest) has been removed or cut off")
        }
        return bytes
    }

    /// Opens the file of a blob on a thread that may wait for the disk; `nil` if there is none.
    private func withFile<Value: Sendable>(
        _ digest: BLAKE3Digest,
        _ body: @escaping @Sendable (FileDescriptor) throws -> Value
    ) async throws(BlobError) -> Value? {
        let path = folder.appending("\(digest)")
        do {
            return try await NIOThreadPool.singleton.runIfActive {
                let file = try FileDescriptor.open(path, .readOnly)
                return try file.closeAfter { try body(file) }
            }
        } catch Errno.noSuchFileOrDirectory {
            return nil
        } catch {
            throw BlobError(.unavailable, "\(path): \(error)", cause: error)
        }
    }
}
