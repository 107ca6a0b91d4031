// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import NIOCore
import Synchronization

/// Hashes the content of inputs.
struct InputHashing: Sendable {
    let progress: Progress

    /// Hashes one input; large ones on all processors.
    func hash(_ content: FileContent) async throws -> (digest: BLAKE3Digest, size: UInt64) {
        switch content {
        case .whole(let bytes):
            progress.add(bytes: bytes.readableBytes, files: 1)
            let digest = BLAKE3Digest(hashing: bytes.readableBytesSpan)
            return (digest, UInt64(bytes.readableBytes))
        case .stream(let file):
            let hasher = SharedHasher()
            try await file.forEachPiece { piece in
                try await Blocking.run { hasher.update(piece) }
                progress.add(bytes: piece.readableBytes)
            }
            progress.add(files: 1)
            return hasher.result
        }
    }

    /// A hasher that goes from thread to thread.
    private final class SharedHasher: Sendable {
        private let hasher = Mutex(BLAKE3Hasher())

        func update(_ bytes: ByteBuffer) {
            hasher.withLock {
                $0.update(bytes.readableBytesSpan, threads: System.coreCount)
            }
        }

        var result: (digest: BLAKE3Digest, size: UInt64) {
            hasher.withLock { ($0.finalize(), $0.byteCount) }
        }
    }
}
