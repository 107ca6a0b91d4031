// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import NIOCore
import Synchronization

/// Reads a range of a blob from a service and checks each group against hashes from the same service.
///
/// Hashes are asked for in windows of 64 MiB of the blob.
final class OutboardBody: Sendable {
    private static let windowGroupCount: UInt64 = 4096

    private struct State {
        var body: BlobBody.AsyncIterator
        var outboard: Outboard?
        var groups: GroupCutter
    }

    private let source: UntrustedSource
    private let tree: HashTree
    private let wanted: Range<UInt64>
    /// The bytes of all groups that are read.
    private let range: Range<UInt64>
    private let state: Mutex<State?>

    /// Opens a range of a blob, or returns `nil` if it is not there.
    init?(
        _ source: UntrustedSource,
        size: UInt64,
        wanted: Range<UInt64>
    ) async throws(BlobError) {
        let tree = HashTree(size: size)
        let range = tree.bytes(ofGroups: tree.groups(touching: wanted))
        guard let body = try await source.read(range) else { return nil }
        guard body.size == size else {
            throw source.corrupt("says \(body.size) bytes, and the blob has \(size)")
        }
        self.source = source
        self.tree = tree
        self.wanted = wanted
        self.range = range
        state = Mutex(State(body: body.makeAsyncIterator(), groups: GroupCutter(tree, range)))
    }

    /// Returns the next bytes of the range that was asked for.
    func next() async throws(BlobError) -> ByteBuffer? {
        guard var state = state.withLock({ $0.take() }) else {
            throw source.corrupt("the body has failed before")
        }
        while let bytes = try await nextGroups(&state) {
            let start = state.groups.position - UInt64(bytes.readableBytes)
            if let part = bytes.part(wanted, at: start) {
                self.state.withLock { $0 = state }
                return part
            }
        }
        self.state.withLock { $0 = state }
        return nil
    }

    /// Returns whole groups that have been checked, or `nil` at the end of the range.
    private func nextGroups(_ state: inout State) async throws(BlobError) -> ByteBuffer? {
        while !state.groups.isComplete {
            let start = state.groups.position
            if let groups = state.groups.next(upTo: windowEnd(at: start)) {
                try await check(groups, at: start, &state)
                return groups
            }
            guard let piece = try await state.body.next() else {
                let end = state.groups.contentEnd
                throw source.corrupt("ends at byte \(end), before byte \(range.upperBound)")
            }
            state.groups.append(piece)
        }
        guard !state.groups.hasExcess, try await state.body.next() == nil else {
            throw source.corrupt("sends more than bytes \(range.lowerBound)..<\(range.upperBound)")
        }
        return nil
    }

    private func windowEnd(at position: UInt64) -> UInt64 {
        let length = Self.windowGroupCount * UInt64(tree.groupSize.byteCount)
        let (end, overflow) = (position / length * length).addingReportingOverflow(length)
        return overflow ? tree.size : min(end, tree.size)
    }

    private func check(
        _ groups: ByteBuffer,
        at start: UInt64,
        _ state: inout State
    ) async throws(BlobError) {
        let bytes = start..<start + UInt64(groups.readableBytes)
        let outboard = try await outboard(for: bytes, &state)
        let first = tree.groups(touching: bytes).lowerBound
        try BlobError.proving(source.digest, from: source.name) { () throws(BaoError) in
            try outboard.check(groups.readableBytesSpan, at: first)
        }
    }

    private func outboard(
        for bytes: Range<UInt64>,
        _ state: inout State
    ) async throws(BlobError) -> Outboard {
        let groups = tree.groups(touching: bytes)
        if let outboard = state.outboard, outboard.groups.clamped(to: groups) == groups {
            return outboard
        }
        let end = min(windowEnd(at: bytes.lowerBound), range.upperBound)
        guard let outboard = try await source.outboard(for: bytes.lowerBound..<end) else {
            throw BlobError(
                .unavailable,
                "\(source.digest) from \(source.name): sends no hashes any more"
            )
        }
        guard outboard.tree == tree else {
            let size = outboard.tree.size
            throw source.corrupt("sends hashes of \(size) bytes, and the blob has \(tree.size)")
        }
        state.outboard = outboard
        return outboard
    }
}
