// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import Logging
import NIOCore

/// One blob that comes from a far service into a near one, and those who read it meanwhile.
///
/// ``run()`` does the work as long as somebody reads. What has come is journalled in near, so that another
/// fetch, or another process, goes on from there.
final class Fetch: Sendable {
    /// How a fetch has ended.
    enum End: Sendable {
        /// Near has the blob.
        case complete
        /// Nobody reads any more.
        case abandoned
        /// The blob cannot be had.
        case failed(BlobError)
        /// Near cannot keep it; readers turn to far.
        case bypassed(BlobError)
    }

    struct State: Sendable {
        var plan: FetchPlan
        var partial: (any PartialBlob)?
        /// Begins with the first byte that is asked of far.
        var transfer: Transfer?
        var end: End?
        var recent: RecentPieces
        /// What need not be checked again before the blob is complete, because a reader has checked it.
        var verified = RangeSet<UInt64>()
        /// Where what has been found wrong in the end begins, and how often in succession.
        var rejection: (start: UInt64, count: Int)?
        /// Whether far has failed in some way.
        var hasFarFailed = false
        /// What could not be fetched, for those who wait for it.
        var failures: [Int: BlobError] = [:]
        /// Whether the reader that has gone last has given up.
        var isCutShort = false
        /// Why what far has said of the chunks is of no use.
        var listFailure: BlobError?
        /// Why near does not keep anything any more.
        var nearFailure: BlobError?
        /// How much has not been journalled, in bytes.
        var unjournalledByteCount = 0

        /// Notes that bytes were found wrong in the end, and returns how often.
        mutating func countRejection(at start: UInt64) -> Int {
            let count = rejection?.start == start ? (rejection?.count ?? 0) + 1 : 1
            rejection = (start, count)
            return count
        }
    }

    /// How often the same bytes may turn out to be others.
    static let attemptCount = 3

    let source: FetchSource
    let near: any BlobService
    let far: any BlobService
    let options: CachingOptions
    let memory: FetchMemory
    let transfers: TransferMonitor
    let logger: Logger
    let state: WaitableState<State>

    var digest: BLAKE3Digest { source.digest }

    init(
        _ source: FetchSource,
        from far: any BlobService,
        into near: any BlobService,
        _ options: CachingOptions,
        _ memory: FetchMemory,
        _ transfers: TransferMonitor,
        _ logger: Logger
    ) {
        self.source = source
        self.near = near
        self.far = far
        self.options = options
        self.memory = memory
        self.transfers = transfers
        self.logger = logger
        let window = min(options.windowByteCount, memory.windowByteCount)
        state = WaitableState(
            State(
                plan: source.plan(windowByteCount: window),
                recent: RecentPieces(in: memory)
            )
        )
    }

    /// Ends a fetch that cannot be run.
    func give(up error: BlobError) { state.update { $0.end = .failed(error) } }

    // MARK: readers

    /// Adds a reader of a range, which is not empty; `nil` if the fetch has ended.
    func join(_ range: Range<UInt64>) -> Int? {
        state.update { state in
            state.end == nil ? state.plan.addReader(source.bytes(proving: range)) : nil
        }
    }

    /// Removes a reader, which has got all that it wanted or has given up.
    func leave(_ reader: Int, isDone: Bool) {
        state.update { state in
            state.plan.removeReader(reader)
            state.failures[reader] = nil
            state.isCutShort = !isDone
        }
    }

    /// What a reader gets.
    enum Step: Sendable {
        /// The next bytes.
        case bytes(ByteBuffer)
        /// The rest is in near.
        case readNear
        /// The rest has to come from far.
        case readFar
    }

    private enum Place: Sendable {
        case memory(ByteBuffer)
        case partial(any PartialBlob)
        case ended(End)
        case failed(BlobError)
    }

    /// Waits for the bytes from a position on, and returns some of them, not beyond `end`.
    func next(
        _ reader: Int,
        from position: UInt64,
        upTo end: UInt64
    ) async throws(BlobError) -> Step {
        let isHeldBack = source.isHeldBack
        // Who needs all of the blob for a part of it waits for all.
        if !source.isReadByChunk { state.update { $0.plan.moveReader(reader, to: position) } }
        while true {
            let place = try await state.wait { state -> Place? in
                if let end = state.end { return .ended(end) }
                if let error = state.failures.removeValue(forKey: reader) { return .failed(error) }
                // The fetch is about to end if near has failed, and asking again would not help.
                if isHeldBack || state.nearFailure != nil { return nil }
                if let bytes = state.recent.bytes(from: position, upTo: end) {
                    return .memory(bytes)
                }
                guard let partial = state.partial, state.plan.present.contains(position)
                else { return nil }
                return .partial(partial)
            }
            switch place {
            case .memory(let bytes): return .bytes(bytes)
            case .ended(.complete): return .readNear
            case .ended(.abandoned), .ended(.bypassed): return .readFar
            case .failed(let error), .ended(.failed(let error)): throw error
            case .partial(let partial):
                if let bytes = await read(partial, from: position, upTo: end) {
                    return .bytes(bytes)
                }
            }
        }
    }

    /// Reads what near keeps; if that cannot be done, it is fetched again.
    private func read(
        _ partial: any PartialBlob,
        from position: UInt64,
        upTo end: UInt64
    ) async -> ByteBuffer? {
        do throws(BlobError) {
            let bytes = try await partial.read(from: position, upTo: end)
            if bytes == nil { state.update { $0.plan.setPresent(partial.parts) } }
            return bytes
        } catch {
            if error.code != .cancelled { state.update { $0.nearFailure = error } }
            return nil
        }
    }

    /// Notes that a reader has checked bytes.
    func setVerified(_ range: Range<UInt64>) {
        state.update { $0.verified.insert(contentsOf: range) }
    }

    /// Forgets bytes that are not those of the blob.
    func reject(_ range: Range<UInt64>) async throws(BlobError) {
        let partial = state.update { state in
            state.recent.remove(touching: range)
            state.verified.remove(contentsOf: range)
            return state.partial
        }
        guard let partial else { return }
        try await partial.discard(range)
        state.update { $0.plan.setPresent(partial.parts) }
    }

    /// Waits until near has what of a range has come, and for the end of the fetch if that is all of the
    /// blob.
    ///
    /// Throws what is wrong with the blob if only its end has shown it.
    func waitUntilStored(_ range: Range<UInt64>) async throws(BlobError) {
        let source = source
        let end = try await state.wait { state -> End? in
            if let end = state.end { return end }
            if source.isTakenOnTrust { return nil }
            let isOnItsWay = state.plan.inFlight.contains { $0.overlaps(range) }
            return isOnItsWay || state.plan.isComplete ? nil : .abandoned
        }
        guard source.isTakenOnTrust else { return }
        switch end {
        case .complete: return
        case .failed(let error), .bypassed(let error): throw error
        case .abandoned:
            throw BlobError(.unavailable, "\(digest): has not been checked to its end")
        }
    }
}
