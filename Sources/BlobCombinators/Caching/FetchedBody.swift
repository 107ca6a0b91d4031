// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import NIOCore
import Synchronization

/// A range of a blob that is being fetched; every group of it is checked before it is released.
final class FetchedBody: Sendable {
    private struct State {
        /// The next byte to be released.
        var position: UInt64
        /// What has to be checked with hashes, if there are some.
        var groups: GroupCutter?
        /// Where the rest comes from when the fetch has ended.
        var rest: BlobBody.AsyncIterator?
        var attempts = 0
    }

    private let fetch: Fetch
    private let reader: Int
    private let wanted: Range<UInt64>
    private let state: Mutex<State?>

    /// Reads a range, which is not empty, as a reader that has joined the fetch.
    init(_ fetch: Fetch, _ reader: Int, _ wanted: Range<UInt64>) {
        self.fetch = fetch
        self.reader = reader
        self.wanted = wanted
        var state = State(position: wanted.lowerBound)
        if case .outboard(let outboard) = fetch.source.proof {
            state.groups = GroupCutter(outboard.tree, fetch.source.bytes(proving: wanted))
        }
        self.state = Mutex(state)
    }

    deinit {
        let position = state.withLock { $0?.position ?? wanted.lowerBound }
        fetch.leave(reader, isDone: position >= wanted.upperBound)
    }

    /// Returns the next bytes, or `nil` at the end.
    func next() async throws(BlobError) -> ByteBuffer? {
        guard var state = state.withLock({ $0.take() }) else {
            throw BlobError(.unavailable, "\(fetch.digest): the body has failed before")
        }
        let bytes = try await next(&state)
        state.position += UInt64(bytes?.readableBytes ?? 0)
        self.state.withLock { $0 = state }
        return bytes
    }

    private func next(_ state: inout State) async throws(BlobError) -> ByteBuffer? {
        while true {
            if state.rest != nil { return try await state.rest?.next() }
            if state.position >= wanted.upperBound {
                try await fetch.waitUntilStored(wanted)
                return nil
            }
            if let bytes = try await nextChecked(&state) { return bytes }
        }
    }

    /// Returns bytes that may be released, or `nil` if it has to be tried once more.
    private func nextChecked(_ state: inout State) async throws(BlobError) -> ByteBuffer? {
        guard case .outboard(let outboard) = fetch.source.proof, let groups = state.groups else {
            return try await take(from: state.position, upTo: wanted.upperBound, &state)
        }
        let start = groups.position
        guard let content = state.groups?.next() else {
            let end = fetch.source.bytes(proving: wanted).upperBound
            if let bytes = try await take(from: groups.contentEnd, upTo: end, &state) {
                state.groups?.append(bytes)
            }
            return nil
        }
        let range = start..<start + UInt64(content.readableBytes)
        let group = start / UInt64(outboard.tree.groupSize.byteCount)
        do throws(BaoError) {
            try outboard.check(content.readableBytesSpan, at: group)
        } catch {
            try await retry(range, error, &state)
            return nil
        }
        fetch.setVerified(range)
        state.attempts = 0
        return content.part(wanted, at: start)
    }

    /// Takes bytes from the fetch, or finds out where the rest is.
    private func take(
        from position: UInt64,
        upTo end: UInt64,
        _ state: inout State
    ) async throws(BlobError) -> ByteBuffer? {
        let range = ByteRange(from: state.position, upTo: wanted.upperBound)
        var body: BlobBody?
        switch try await fetch.next(reader, from: position, upTo: end) {
        case .bytes(let bytes): return bytes
        case .readNear: body = try await readNear(range)
        case .readFar: break
        }
        if body == nil {
            // A proven rest proves nothing of what has been released before.
            guard !fetch.source.isTakenOnTrust || state.position == wanted.lowerBound else {
                throw BlobError(.unavailable, "\(fetch.digest): cannot be checked to its end")
            }
            let isAll = range == ByteRange(from: 0, upTo: fetch.source.size)
            body = try await fetch.far.read(fetch.digest, in: isAll ? .all : range)
        }
        guard let body else {
            throw BlobError(.unavailable, "\(fetch.digest): is not there any more")
        }
        guard body.size == fetch.source.size else {
            throw BlobError(
                .corrupt,
                "\(fetch.digest): has \(body.size) bytes, and was said to have \(fetch.source.size)"
            )
        }
        state.rest = body.makeAsyncIterator()
        return nil
    }

    /// Opens the rest in near; `nil` if near has forgotten or damaged it.
    private func readNear(_ range: ByteRange) async throws(BlobError) -> BlobBody? {
        do throws(BlobError) {
            return try await fetch.near.read(fetch.digest, in: range)
        } catch {
            if error.code == .corrupt { return nil }
            throw error
        }
    }

    /// Has bytes fetched again that are not those of the blob.
    private func retry(
        _ range: Range<UInt64>,
        _ error: BaoError,
        _ state: inout State
    ) async throws(BlobError) {
        state.attempts += 1
        try await fetch.reject(range)
        guard state.attempts < Fetch.attemptCount, case .outboard(let outboard) = fetch.source.proof
        else { throw BlobError(error, of: fetch.digest, from: "what near has kept of it") }
        let rest = range.lowerBound..<fetch.source.bytes(proving: wanted).upperBound
        state.groups = GroupCutter(outboard.tree, rest)
    }
}
