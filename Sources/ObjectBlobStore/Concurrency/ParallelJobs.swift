// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// Does things at the same time, as far as memory allows, for somebody who waits for all of them in the
/// end.
///
/// The first failure is told to whoever adds something next, or waits.
final class ParallelJobs: Sendable {
    typealias Work = @concurrent @Sendable () async throws(BlobError) -> Void

    private struct Job: Sendable {
        var byteCount: Int
        var work: Work
    }

    private struct State: Sendable {
        var waiting: [Job] = []
        /// What has been added and is not done.
        var count = 0
        var byteCount = 0
        var failure: BlobError?
        var isEnded = false
    }

    private let countLimit: Int
    private let byteLimit: Int
    private let state = WaitableState(State())

    init(countLimit: Int, byteLimit: Int) {
        self.countLimit = countLimit
        self.byteLimit = byteLimit
    }

    /// Does what is added until ``end()``.
    func run() async {
        await withDiscardingTaskGroup { group in
            while let job = await next() {
                group.addTask {
                    let failure = await Self.failure(of: job.work)
                    self.state.update { state in
                        state.count -= 1
                        state.byteCount -= job.byteCount
                        state.failure = state.failure ?? failure?.asSeenByOthers
                    }
                }
            }
            group.cancelAll()
        }
        let failure = BlobError(.unavailable, "the service does not run any more")
        state.update { $0.failure = $0.failure ?? failure }
    }

    /// Waits for something to do; `nil` at the end.
    private func next() async -> Job? {
        let job = try? await state.wait { state -> Job?? in
            if state.isEnded { return .some(nil) }
            if state.waiting.isEmpty { return nil }
            return .some(state.waiting.removeFirst())
        }
        return job ?? nil
    }

    private static func failure(of work: Work) async -> BlobError? {
        do throws(BlobError) {
            try await work()
            return nil
        } catch {
            return error
        }
    }

    /// Adds something that keeps so many bytes in memory, when there is room for it.
    func add(byteCount: Int, _ work: @escaping Work) async throws(BlobError) {
        let (countLimit, byteLimit) = (countLimit, byteLimit)
        let failure = try await state.wait { state -> BlobError?? in
            if let failure = state.failure { return .some(failure) }
            let isRoom = state.count < countLimit && state.byteCount + byteCount <= byteLimit
            guard isRoom || state.count == 0 else { return nil }
            state.count += 1
            state.byteCount += byteCount
            state.waiting.append(Job(byteCount: byteCount, work: work))
            return .some(nil)
        }
        if let failure { throw failure }
    }

    /// Waits until everything is done.
    func finish() async throws(BlobError) {
        let failure = try await state.wait { state -> BlobError?? in
            if let failure = state.failure { return .some(failure) }
            if state.count > 0 { return nil }
            return .some(nil)
        }
        if let failure { throw failure }
    }

    /// Ends ``run()``; what is not done is cancelled.
    func end() { state.update { $0.isEnded = true } }
}
