// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore

/// Sends content in messages.
struct ContentSender {
    /// How much of the only download is read ahead, in bytes.
    private static let readAhead = 512 << 10

    /// The first message is a small one, and each that follows up to twice as large: on a connection that
    /// has not carried much yet, a large one would take several round trips to arrive.
    private static let firstMessageByteCount = 16 << 10

    /// Where content is read while other content is sent.
    private let workers: any TaskExecutor
    private let share = SendShare()

    init(readingOn workers: any TaskExecutor) { self.workers = workers }

    /// Sends all of a body.
    func send(
        _ body: BlobBody,
        _ write: (DataMessage) async throws -> Void
    ) async throws {
        if share.isAlone { return try await sendReadingAhead(body, write) }
        var start = Self.firstMessageByteCount
        for try await var piece in body {
            while piece.readableBytes > 0 {
                let length = min(start, share.messageByteCount, piece.readableBytes)
                guard let part = piece.readSlice(length: length) else { break }
                try await write(DataMessage(part))
                start = min(start * 2, Self.readAhead)
            }
        }
    }

    /// Keeps the disk and the line busy at the same time, which would not help if there were others.
    private func sendReadingAhead(
        _ body: BlobBody,
        _ write: (DataMessage) async throws -> Void
    ) async throws {
        let pipe = BytePipe(limit: Self.readAhead)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: workers) { await pipe.fill(from: body) }
            // What is read ahead has no taker any more if the client has gone.
            defer { pipe.close() }
            var start = Self.firstMessageByteCount
            while let parts = try await pipe.receive(upTo: min(start, share.messageByteCount)) {
                try await write(DataMessage(parts: parts))
                start = min(start * 2, Self.readAhead)
            }
        }
    }
}
