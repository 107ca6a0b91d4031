// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore

/// Stores the content of inputs.
struct BlobUpload: Sendable {
    let service: any BlobService
    let progress: Progress

    /// Stores one blob and returns its digest and size when it is as durable as was asked for.
    func put(_ content: FileContent) async throws -> (digest: BLAKE3Digest, size: UInt64) {
        switch content {
        case .whole(let bytes):
            let digest = try await service.put(bytes)
            progress.add(bytes: bytes.readableBytes, files: 1)
            return (digest, UInt64(bytes.readableBytes))
        case .stream(let file):
            var writer = try await BlobWriter(to: service, WriteHint(size: file.status.size))
            try await file.forEachPiece { piece in
                try await writer.write(piece)
                progress.add(bytes: piece.readableBytes)
            }
            let size = writer.byteCount
            progress.add(files: 1)
            return (try await writer.finish(), size)
        }
    }
}
