// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import NIOCore
import Synchronization

/// Reads a part of a blob, or all of it, and checks each group with hashes that came before.
///
/// Costs no more than hashing: see ``GroupCutter``.
final class CheckedRead: Sendable {
    private struct State {
        var content: IncomingBlob
        var groups: GroupCutter
    }

    private let outboard: Outboard
    private let server: String
    private let wanted: Range<UInt64>
    /// The bytes of the groups that come.
    private let range: Range<UInt64>
    private let state: Mutex<State?>

    /// Checks the content of the groups that a range touches.
    init(
        _ content: IncomingBlob,
        _ outboard: Outboard,
        _ wanted: Range<UInt64>,
        from server: String
    ) {
        self.outboard = outboard
        self.server = server
        self.wanted = wanted
        range = outboard.tree.bytes(ofGroups: outboard.tree.groups(touching: wanted))
        let groups = GroupCutter(outboard.tree, range)
        state = Mutex(State(content: content, groups: groups))
    }

    /// Returns the next bytes of the range, or `nil` at the end.
    func next() async throws(BlobError) -> ByteBuffer? {
        guard var state = state.withLock({ $0.take() }) else { throw corrupt("has failed before") }
        while true {
            let start = state.groups.position
            let groups = try await nextGroups(&state)
            guard let groups else {
                self.state.withLock { $0 = state }
                return nil
            }
            if let part = groups.part(wanted, at: start) {
                self.state.withLock { $0 = state }
                return part
            }
        }
    }

    private func nextGroups(_ state: inout State) async throws(BlobError) -> ByteBuffer? {
        while !state.groups.isComplete {
            let start = state.groups.position
            if let groups = state.groups.next() {
                try check(groups, at: start)
                return groups
            }
            guard let piece = try await state.content.next() else {
                throw corrupt("ends at byte \(state.groups.contentEnd), before \(range.upperBound)")
            }
            state.groups.append(piece)
        }
        guard !state.groups.hasExcess, try await state.content.next() == nil else {
            throw corrupt("sends more than bytes \(range.lowerBound)..<\(range.upperBound)")
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
