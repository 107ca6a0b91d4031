// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import NIOCore
import Synchronization

/// Reads a whole blob and checks each group with hashes that came before.
///
/// Costs no more than hashing: see ``GroupCutter``.
final class CheckedRead: Sendable {
    private struct State {
        var content: IncomingBlob
        var backoff: Backoff
        var groups: GroupCutter
        /// Takes the place of the content if that breaks off.
        var rest: BlobBody.AsyncIterator?
    }

    private let outboard: Outboard
    private let server: String
    private let reopen: @Sendable (UInt64) async throws(BlobError) -> BlobBody?
    private let state: Mutex<State?>

    /// Checks `content` with an outboard of all groups.
    ///
    /// If the connection breaks, `reopen` opens the rest of the blob from a byte on, which must have been
    /// checked.
    init(
        _ content: IncomingBlob,
        _ outboard: Outboard,
        from server: String,
        retryCount: Int,
        reopen: @escaping @Sendable (UInt64) async throws(BlobError) -> BlobBody?
    ) {
        self.outboard = outboard
        self.server = server
        self.reopen = reopen
        state = Mutex(
            State(
                content: content,
                backoff: Backoff(retryCount),
                groups: GroupCutter(outboard.tree, 0..<outboard.tree.size)
            )
        )
    }

    /// Returns the next bytes, or `nil` at the end.
    func next() async throws(BlobError) -> ByteBuffer? {
        guard var state = state.withLock({ $0.take() }) else { throw corrupt("has failed before") }
        let bytes = try await next(&state)
        self.state.withLock { $0 = state }
        return bytes
    }

    private func next(_ state: inout State) async throws(BlobError) -> ByteBuffer? {
        while state.rest == nil {
            do throws(BlobError) {
                return try await nextGroups(&state)
            } catch {
                try await state.backoff.wait(after: error)
                do throws(BlobError) {
                    state.rest = try await reopen(state.groups.position)?.makeAsyncIterator()
                } catch let problem where problem.code == .unavailable {
                    continue
                }
                if state.rest == nil { throw error }
            }
        }
        return try await state.rest?.next()
    }

    private func nextGroups(_ state: inout State) async throws(BlobError) -> ByteBuffer? {
        let size = outboard.tree.size
        while !state.groups.isComplete {
            let start = state.groups.position
            if let groups = state.groups.next() {
                try check(groups, at: start)
                return groups
            }
            guard let piece = try await state.content.next() else {
                throw corrupt("ends at byte \(state.groups.contentEnd) of \(size)")
            }
            state.groups.append(piece)
        }
        guard !state.groups.hasExcess, try await state.content.next() == nil else {
            throw corrupt("sends more than the \(size) bytes that it says")
        }
        return nil
    }

    private func check(_ groups: ByteBuffer, at start: UInt64) throws(BlobError) {
        let first = start / UInt64(outboard.tree.groupSize.byteCount)
        try BlobError.proving(outboard.digest, from: server) { () throws(BaoError) in
            try outboard.check(groups.readableBytesSpan, at: first)
        }
    }

    private func corrupt(_ problem: String) -> BlobError {
        BlobError(.corrupt, "\(outboard.digest) from \(server): \(problem)")
    }
}
