// SPDX-License-Identifier: Apache-2.0
import NIOCore

extension InputFile {
    /// How much of a large file is read at once.
    private static let pieceByteCount = 2 << 20

    /// Calls `body` with one piece of the file after the other, and reads the next one meanwhile.
    ///
    /// Two pieces of 2 MiB are in memory. Fails if the file changes meanwhile.
    func forEachPiece(_ body: (ByteBuffer) async throws -> Void) async throws {
        var byteCount: UInt64 = 0
        var piece = try await nextPiece()
        while piece.readableBytes > 0 {
            byteCount += UInt64(piece.readableBytes)
            async let following = nextPiece()
            try await body(piece)
            piece = try await following
        }
        let total = byteCount
        try await Blocking.run { try self.checkUnchanged(after: total) }
    }

    @concurrent
    private func nextPiece() async throws -> ByteBuffer {
        if waits { try await waitForBytes() }
        return try await Blocking.run {
            var buffer = ByteBuffer()
            _ = try self.read(Self.pieceByteCount, into: &buffer)
            return buffer
        }
    }

    /// Returns when a read does not have to wait, or throws when the task is cancelled.
    private func waitForBytes() async throws {
        while try await !Blocking.run({ self.poll() }) { await Task.yield() }
    }
}
