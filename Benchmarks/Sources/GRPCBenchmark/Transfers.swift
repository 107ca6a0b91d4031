// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobGRPC
import BlobStore
import NIOCore

/// What content is written in, in bytes.
private let pieceSize = 1 << 20

/// Puts a blob from memory, and prints how long that took.
func put(_ server: GRPCAddress, _ byteCount: Int, _ seed: Int, _ runs: Int) async throws {
    var noise = Noise(seed: UInt64(seed))
    let pieces = stride(from: 0, to: byteCount, by: pieceSize).map { made in
        noise.take(min(pieceSize, byteCount - made))
    }
    try await GRPCBlobService.connected(to: server) { service in
        var digest = BLAKE3Digest.empty
        try await measure(runs) {
            var writer = try await BlobWriter(to: service, WriteHint(size: UInt64(byteCount)))
            for piece in pieces { try await writer.write(piece) }
            digest = try await writer.finish()
        }
        print("digest \(digest)")
    }
}

/// Reads a blob, and prints how long that took.
func read(_ server: GRPCAddress, _ digest: String, _ runs: Int) async throws {
    guard let digest = BLAKE3Digest(digest) else { throw UsageError() }
    try await GRPCBlobService.connected(to: server) { service in
        var byteCount = 0
        try await measure(runs) {
            guard let body = try await service.read(digest) else { throw UsageError() }
            byteCount = 0
            for try await piece in body { byteCount += piece.readableBytes }
        }
        print("bytes \(byteCount)")
    }
}
