// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Synchronization

/// The content of an input: all of it, or a file of which it is still to be read.
enum FileContent: Sendable {
    case whole(ByteBuffer)
    case stream(InputFile)

    /// Files up to this size are read in one go.
    static let maximumWholeByteCount: UInt64 = 1 << 20

    /// Reads a file if it is small. Blocks.
    init(_ file: InputFile) throws(Failure) {
        guard file.status.kind != .folder else {
            throw Failure(.unreadable, "\(file.name): is a folder", advice: "give -r for what is in it")
        }
        guard file.status.kind == .file, file.status.size <= Self.maximumWholeByteCount else {
            self = .stream(file)
            return
        }
        // One byte more shows whether the file has grown, without another call.
        var buffer = ByteBuffer()
        let count = try file.read(Int(file.status.size) + 1, into: &buffer)
        guard count <= file.status.size || file.status.size > 0 else {
            // A file that claims to be empty and is not.
            self = .stream(try InputFile(file.name))
            return
        }
        try file.checkUnchanged(after: UInt64(count))
        self = .whole(buffer)
    }

    /// The number of bytes in memory.
    var byteCount: Int {
        switch self {
        case .whole(let buffer): buffer.readableBytes
        case .stream: 0
        }
    }
}

extension InputFile {
    /// How much of a large file is read at once.
    private static let pieceByteCount = 1 << 20

    /// Calls `body` with one piece of the file after the other, and reads the next one meanwhile.
    ///
    /// Two pieces of 1 MiB are in memory. Fails if the file changes meanwhile.
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
        while try await !Blocking.run({ self.poll() }) {}
    }
}
