// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import NIOCore

/// What a far service knows of blobs: asked once by all who want to know it at the same time, and
/// remembered for a while if the blob is there.
///
/// Memory: 32 MiB of chunk lists and hashes, and what one answer has.
final class FarLookup: Sendable {
    /// For how long an answer is good: what is in a blob never changes, but it may go.
    private static let lifetime: Duration = .seconds(60)
    private static let byteLimit = 32 << 20
    /// The most hashes that are collected of a blob, in bytes; if that is too little, it is checked in larger
    /// groups.
    private static let outboardLimit: UInt64 = 4 << 20

    /// Whether only the size is asked for, or all that a reader needs.
    private struct Question: Hashable, Sendable {
        var digest: BLAKE3Digest
        var isForReading: Bool
    }

    private enum Answer: Sendable {
        /// Somebody asks, for the time with this number.
        case asking(Int)
        case done(Int, Result<BlobInfo?, BlobError>, expiry: ContinuousClock.Instant)

        var isAsking: Bool {
            if case .asking = self { true } else { false }
        }
    }

    private struct State: Sendable {
        var lastAttempt = 0
        var answers: [Question: Answer] = [:]
        var byteCount = 0
    }

    private enum Step: Sendable {
        case ask(Int)
        case take(Result<BlobInfo?, BlobError>)
    }

    private let far: any BlobService
    private let wanted: StatOptions
    private let state = WaitableState(State())

    init(_ far: any BlobService, inlineLimit: Int) {
        self.far = far
        wanted = StatOptions(chunks: true, outboard: true, inlineLimit: inlineLimit)
    }

    /// Asks for all that a reader needs.
    func infoForReading(_ digest: BLAKE3Digest) async throws(BlobError) -> BlobInfo? {
        try await answer(Question(digest: digest, isForReading: true))
    }

    /// Asks whether a blob is there and how large it is.
    func info(_ digest: BLAKE3Digest) async throws(BlobError) -> BlobInfo? {
        let full = Question(digest: digest, isForReading: true)
        if let known = state.read({ Self.known(full, $0) }) { return try known.get() }
        return try await answer(Question(digest: digest, isForReading: false))
    }

    /// Forgets what is known of a blob.
    func forget(_ digest: BLAKE3Digest) {
        state.update { state in
            for isForReading in [true, false] {
                let question = Question(digest: digest, isForReading: isForReading)
                guard case .done(_, let result, _) = state.answers[question] else { continue }
                state.byteCount -= result.byteCount
                state.answers[question] = nil
            }
        }
    }

    private static func known(
        _ question: Question,
        _ state: State
    ) -> Result<BlobInfo?, BlobError>? {
        guard case .done(_, .success(let info?), let expiry) = state.answers[question],
            expiry > .now
        else { return nil }
        return .success(info)
    }

    private func answer(_ question: Question) async throws(BlobError) -> BlobInfo? {
        var awaited: Int?
        while true {
            let step = try await state.wait { state in
                Self.step(question, after: &awaited, &state)
            }
            switch step {
            case .take(let result): return try result.get()
            case .ask(let attempt): return try await ask(question, attempt)
            }
        }
    }

    /// What is to be done by somebody who may have waited for an attempt of another.
    private static func step(
        _ question: Question,
        after awaited: inout Int?,
        _ state: inout State
    ) -> Step? {
        switch state.answers[question] {
        case .asking(let attempt):
            awaited = attempt
            return nil
        case .done(let attempt, let result, _) where attempt == awaited:
            return .take(result)
        default:
            if let known = known(question, state) { return .take(known) }
            state.lastAttempt += 1
            state.answers[question] = .asking(state.lastAttempt)
            return .ask(state.lastAttempt)
        }
    }

    private func ask(_ question: Question, _ attempt: Int) async throws(BlobError) -> BlobInfo? {
        let result: Result<BlobInfo?, BlobError>
        do throws(BlobError) {
            result = .success(try await answerOfFar(to: question))
        } catch {
            result = .failure(error)
        }
        state.update { state in
            // Somebody else asks again if this one was cancelled.
            if case .failure(let error) = result, error.code == .cancelled {
                state.answers[question] = nil
                return
            }
            if state.byteCount > Self.byteLimit {
                state.answers = state.answers.filter { $0.value.isAsking }
                state.byteCount = 0
            }
            state.byteCount += result.byteCount
            let expiry = ContinuousClock.now + Self.lifetime
            state.answers[question] = .done(attempt, result, expiry: expiry)
        }
        return try result.get()
    }

    private func answerOfFar(to question: Question) async throws(BlobError) -> BlobInfo? {
        let digest = question.digest
        guard question.isForReading else { return try await far.stat(digest, StatOptions()) }
        guard var info = try await far.stat(digest, wanted) else { return nil }
        // It may have hashes even if they do not come with the answer.
        if info.outboard == nil, info.content == nil,
            (1...UInt64(Int64.max)).contains(info.size)
        {
            info.outboard = try await far.wholeOutboard(of: digest, Self.tree(ofSize: info.size))
        }
        return info
    }

    private static func tree(ofSize size: UInt64) -> HashTree {
        var groupSize = GroupSize.standard
        while HashTree(size: size, groupSize: groupSize).listByteCount > outboardLimit,
            let larger = GroupSize(log: groupSize.log + 1)
        {
            groupSize = larger
        }
        return HashTree(size: size, groupSize: groupSize)
    }
}

extension Result<BlobInfo?, BlobError> {
    /// About how much memory an answer takes.
    fileprivate var byteCount: Int {
        guard case .success(let info?) = self else { return 300 }
        let hashes = info.outboard.map { Int(clamping: $0.tree.listByteCount) } ?? 0
        return 300 + (info.chunks?.count ?? 0) * 40 + hashes + (info.content?.readableBytes ?? 0)
    }
}
