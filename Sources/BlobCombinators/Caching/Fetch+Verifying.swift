// SPDX-License-Identifier: Apache-2.0
import Bao
import BlobStore
import NIOCore

extension Fetch {
    /// What has come of checking.
    enum Verdict {
        case good
        /// Some parts were not those of the blob and have to come again.
        case incomplete
        /// They have come again and were no better.
        case hopeless(BlobError)
        /// Near does not give back what it has been given.
        case notKept(BlobError)
    }

    /// Checks what no reader has checked.
    func verifyRest(of partial: any PartialBlob) async throws(BlobError) -> Verdict {
        guard case .outboard(let outboard) = source.proof else { return .good }
        let rest = RangeSet(0..<source.size).subtracting(state.read(\.verified))
        for range in rest.ranges {
            let groups = outboard.tree.groups(touching: range)
            let verdict = try await verify(groups, of: partial, outboard)
            guard case .good = verdict else { return verdict }
        }
        return .good
    }

    private func verify(
        _ groups: Range<UInt64>,
        of partial: any PartialBlob,
        _ outboard: Outboard
    ) async throws(BlobError) -> Verdict {
        var cutter = GroupCutter(outboard.tree, outboard.tree.bytes(ofGroups: groups))
        while !cutter.isComplete {
            let start = cutter.position
            guard let content = cutter.next() else {
                guard let bytes = try await partial.read(from: cutter.contentEnd, upTo: source.size)
                else {
                    let position = cutter.contentEnd
                    let count = state.update { state in
                        state.plan.setPresent(partial.parts)
                        return state.countRejection(at: position)
                    }
                    if count < Self.attemptCount { return .incomplete }
                    return .notKept(
                        BlobError(.corrupt, "\(digest): near does not keep byte \(position)")
                    )
                }
                cutter.append(bytes)
                continue
            }
            let group = start / UInt64(outboard.tree.groupSize.byteCount)
            do throws(BaoError) {
                try outboard.check(content.readableBytesSpan, at: group)
            } catch {
                try await reject(start..<cutter.position)
                let count = state.update { $0.countRejection(at: start) }
                if count < Self.attemptCount { return .incomplete }
                return .hopeless(BlobError(error, of: digest, from: "far"))
            }
            setVerified(start..<cutter.position)
        }
        return .good
    }
}
