// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import Synchronization

/// Fetches the pieces of something at the same time, ahead of somebody who takes them in order.
///
/// It begins with little, so that the first piece does not share the line, and goes further ahead with
/// each one that is taken.
final class ReadAhead: Sendable {
    struct Piece: Sendable {
        /// How much memory it takes when it has come.
        var byteCount: Int
        var fetch: @concurrent @Sendable () async throws(BlobError) -> [ByteBuffer]
    }

    /// What has come of a piece.
    private struct Arrival: Sendable {
        var byteCount: Int
        var result: Result<[ByteBuffer], BlobError>
    }

    private struct State: Sendable {
        /// By the number of the piece.
        var ready: [Int: Arrival] = [:]
        var startedCount = 0
        var takenCount = 0
        /// What has been started and not been taken, in bytes.
        var byteCount = 0
        /// What has been taken, in bytes.
        var takenByteCount = 0
        /// Whether there are no more pieces than have been started.
        var isComplete = false
        var failure: BlobError?
        var isEnded = false
    }

    /// Begins with so many bytes.
    private static let firstByteCount = 1 << 20

    private let byteLimit: Int
    private let makePiece: @Sendable () async throws(BlobError) -> Piece?
    private let state = WaitableState(State())
    /// What has been taken and not returned, the last bytes first.
    private let rest = Mutex<[ByteBuffer]>([])

    /// - Parameters:
    ///   - byteLimit: How much is kept in memory at most, if there is more than one piece.
    ///   - makePiece: Returns the pieces in order, then `nil`; called by one task at a time.
    init(
        byteLimit: Int,
        _ makePiece: @escaping @Sendable () async throws(BlobError) -> Piece?
    ) {
        self.byteLimit = byteLimit
        self.makePiece = makePiece
    }

    /// Fetches until ``end()``.
    func run() async {
        await withDiscardingTaskGroup { group in
            do throws(BlobError) {
                while let piece = try await makePiece(), let number = try await start(piece) {
                    group.addTask { await self.fetch(piece, number) }
                }
                state.update { $0.isComplete = true }
            } catch {
                // What has been started comes before that.
                state.update { $0.failure = $0.failure ?? error.asSeenByOthers }
            }
            _ = try? await state.wait { $0.isEnded ? true : nil }
            group.cancelAll()
        }
    }

    /// Waits for room; `nil` if nobody wants anything any more.
    private func start(_ piece: Piece) async throws(BlobError) -> Int? {
        let byteLimit = byteLimit
        return try await state.wait { state -> Int?? in
            if state.isEnded { return .some(nil) }
            let limit = min(byteLimit, Self.firstByteCount + 2 * state.takenByteCount)
            guard state.byteCount == 0 || state.byteCount + piece.byteCount <= limit else {
                return nil
            }
            state.byteCount += piece.byteCount
            defer { state.startedCount += 1 }
            return state.startedCount
        }
    }

    private func fetch(_ piece: Piece, _ number: Int) async {
        let result: Result<[ByteBuffer], BlobError>
        do throws(BlobError) {
            result = .success(try await piece.fetch())
        } catch {
            result = .failure(error.asSeenByOthers)
        }
        state.update { state in
            state.ready[number] = Arrival(byteCount: piece.byteCount, result: result)
        }
    }

    /// Returns the next bytes, or `nil` at the end.
    func next() async throws(BlobError) -> ByteBuffer? {
        while true {
            if let bytes = rest.withLock({ $0.popLast() }) { return bytes }
            guard let piece = try await nextPiece() else { return nil }
            rest.withLock { $0 = piece.reversed() }
        }
    }

    private func nextPiece() async throws(BlobError) -> [ByteBuffer]? {
        let result = try await state.wait { state -> Result<[ByteBuffer]?, BlobError>? in
            if let arrival = state.ready.removeValue(forKey: state.takenCount) {
                state.takenCount += 1
                state.byteCount -= arrival.byteCount
                state.takenByteCount += arrival.byteCount
                return arrival.result.map(Optional.some)
            }
            if state.takenCount < state.startedCount { return nil }
            if let failure = state.failure { return .failure(failure) }
            return state.isComplete ? .success(nil) : nil
        }
        return try result.get()
    }

    /// Ends ``run()``; what has not come is cancelled.
    func end() { state.update { $0.isEnded = true } }
}
