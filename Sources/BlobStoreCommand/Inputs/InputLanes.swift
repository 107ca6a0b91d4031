// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// Handles many inputs at once.
///
/// A few lanes each read one input at a time. A small file is handed to a task of its own, or with
/// others to a stage, so that a lane reads on while thousands of files wait for the store, which
/// acknowledges many together. A large file keeps its lane busy.
struct InputLanes: Sendable {
    /// How many small files of one lane, or batches of them that are staged, may be pending.
    private static let maximumPendingCount = 1024
    /// How many bytes of small files may be pending in all lanes.
    private static let maximumPendingByteCount = 16 << 20

    /// Handles an input.
    typealias Handler = @Sendable (Input) async throws -> Void

    /// Takes those of some inputs that it can handle together, and returns what is to be done when their
    /// content is not needed any more.
    typealias Stage = @Sendable (inout [Input]) async throws -> (@Sendable () async throws -> Void)?

    let source: InputSource
    var laneCount = System.coreCount + 2

    /// Calls `handle` for every input that `stage` does not take, until one of them throws.
    func run(
        staging stage: @escaping Stage = { _ in nil },
        _ handle: @escaping Handler
    ) async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<laneCount { group.addTask { try await runLane(stage, handle) } }
            try await group.waitForAll()
        }
    }

    @concurrent
    private func runLane(_ stage: Stage, _ handle: @escaping Handler) async throws {
        let maximumByteCount = Self.maximumPendingByteCount / laneCount
        try await withThrowingTaskGroup(of: Int.self) { group in
            var pendingCount = 0
            var pendingByteCount = 0
            while var inputs = try await Blocking.run({ source.nextBatch() }) {
                if let finish = try await stage(&inputs) {
                    pendingCount += 1
                    group.addTask {
                        try await finish()
                        return 0
                    }
                }
                for input in inputs {
                    guard let byteCount = input.whole?.readableBytes else {
                        try await handle(input)
                        continue
                    }
                    pendingCount += 1
                    pendingByteCount += byteCount
                    group.addTask {
                        try await handle(input)
                        return byteCount
                    }
                }
                while pendingCount >= Self.maximumPendingCount
                    || pendingByteCount > maximumByteCount, let done = try await group.next()
                {
                    pendingCount -= 1
                    pendingByteCount -= done
                }
            }
            try await group.waitForAll()
        }
    }
}
