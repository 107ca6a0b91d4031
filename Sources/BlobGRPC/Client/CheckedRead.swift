// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import NIOCore
import Synchronization

/// Reads a whole blob and checks each group with hashes that came before.
///
/// Costs no more than hashing: the content passes through as it comes, but for the one group in each
/// message that the next one completes.
final class CheckedRead: Sendable {
    private struct State {
        var content: IncomingBlob
        var backoff: Backoff
        /// What has not been released of the last message.
        var input = ByteBuffer()
        /// The beginning of a group.
        var pending = ByteBuffer()
        /// Where the next byte to be released belongs.
        var position: UInt64 = 0
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
        state = Mutex(State(content: content, backoff: Backoff(retryCount)))
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
                    state.rest = try await reopen(state.position)?.makeAsyncIterator()
                } catch let problem where problem.code == .unavailable {
                    continue
                }
                if state.rest == nil { throw error }
            }
        }
        return try await state.rest?.next()
    }

    private func nextGroups(_ state: inout State) async throws(BlobError) -> ByteBuffer? {
        let (size, groupSize) = (outboard.tree.size, outboard.tree.groupSize.byteCount)
        while state.position < size {
            if state.input.readableBytes == 0 {
                guard let piece = try await state.content.next() else {
                    throw corrupt("ends at byte \(state.position) of \(size)")
                }
                state.input = piece
            }
            let rest = size - state.position
            if state.pending.readableBytes == 0 {
                let available = UInt64(state.input.readableBytes)
                let whole = available >= rest ? rest : available - available % UInt64(groupSize)
                if whole > 0, let groups = state.input.readSlice(length: Int(whole)) {
                    return try check(groups, &state)
                }
            }
            let length = Int(min(rest, UInt64(groupSize)))
            let missing = min(length - state.pending.readableBytes, state.input.readableBytes)
            if var part = state.input.readSlice(length: missing) {
                state.pending.writeBuffer(&part)
            }
            if state.pending.readableBytes == length {
                let group = state.pending
                state.pending = ByteBuffer()
                return try check(group, &state)
            }
        }
        guard state.input.readableBytes == 0, try await state.content.next() == nil else {
            throw corrupt("sends more than the \(size) bytes that it says")
        }
        return nil
    }

    private func check(_ groups: ByteBuffer, _ state: inout State) throws(BlobError) -> ByteBuffer {
        let first = state.position / UInt64(outboard.tree.groupSize.byteCount)
        try BlobError.proving(outboard.digest, from: server) { () throws(BaoError) in
            try outboard.check(groups.readableBytesSpan, at: first)
        }
        state.position += UInt64(groups.readableBytes)
        return groups
    }

    private func corrupt(_ problem: String) -> BlobError {
        BlobError(.corrupt, "\(outboard.digest) from \(server): \(problem)")
    }
}
