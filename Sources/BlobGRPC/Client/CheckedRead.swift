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
        var groups: GroupCutter
    }

    private let outboard: Outboard
    private let server: String
    private let state: Mutex<State?>

    /// Checks `content` with an outboard of all groups.
    init(_ content: IncomingBlob, _ outboard: Outboard, from server: String) {
        self.outboard = outboard
        self.server = server
        let groups = GroupCutter(outboard.tree, 0..<outboard.tree.size)
        state = Mutex(State(content: content, groups: groups))
    }

    /// Returns the next bytes, or `nil` at the end.
    func next() async throws(BlobError) -> ByteBuffer? {
        guard var state = state.withLock({ $0.take() }) else { throw corrupt("has failed before") }
        let bytes = try await nextGroups(&state)
        self.state.withLock { $0 = state }
        return bytes
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
