// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import Synchronization

/// A range of a blob from whichever source has it; when one fails, another goes on from the last byte
/// that has come, and been checked.
final class SubstitutedBody: Sendable {
    /// How often all are tried again that have failed, when there is no other.
    private static let roundCount = 2

    private struct State {
        var source: Source
        var body: BlobBody.AsyncIterator
        var position: UInt64
        /// Those that have failed since the last byte has come.
        var failed: [ObjectIdentifier] = []
        var backoff = Backoff(SubstitutedBody.roundCount)
    }

    private let digest: BLAKE3Digest
    private let end: UInt64
    private let service: SubstitutingBlobService
    private let state: Mutex<State>

    /// Goes on with a body that a source has opened for a range.
    init(
        _ digest: BLAKE3Digest,
        _ range: Range<UInt64>,
        _ source: Source,
        _ body: BlobBody,
        of service: SubstitutingBlobService
    ) {
        self.digest = digest
        self.service = service
        end = range.upperBound
        state = Mutex(
            State(source: source, body: body.makeAsyncIterator(), position: range.lowerBound)
        )
    }

    /// Returns the next bytes, or `nil` at the end.
    func next() async throws(BlobError) -> ByteBuffer? {
        var state = state.withLock { $0 }
        defer { self.state.withLock { $0 = state } }
        while true {
            let body = state.body
            let result = await state.source.ask(forContent: true) { (_) throws(BlobError) in
                var body = body
                return try await body.next()
            }
            switch result {
            case .success(let bytes?):
                state.position += UInt64(bytes.readableBytes)
                state.failed = []
                state.backoff = Backoff(Self.roundCount)
                return bytes
            case .success(nil):
                return nil
            case .failure(let error):
                // All that was asked for may have come, and been proven, before the break.
                if state.position >= end, error.code == .unavailable { return nil }
                try await turnToAnother(after: error, &state)
            }
        }
    }

    private func turnToAnother(
        after error: BlobError,
        _ state: inout State
    ) async throws(BlobError) {
        if error.code == .cancelled { throw error }
        service.forgetOrigin(of: digest)
        Transfer.current?.retry(state.source.name, after: error)
        state.failed.append(ObjectIdentifier(state.source))
        while true {
            if let (source, body) = try await openElsewhere(state) {
                state.source = source
                state.body = body.makeAsyncIterator()
                return
            }
            // What has ended the transfer says more than why nobody else could go on.
            try await state.backoff.wait(after: error, isPassing: error.code == .unavailable)
            state.failed = []
        }
    }

    /// Opens the rest at a source that has not failed; `nil` if there is none.
    private func openElsewhere(_ state: State) async throws(BlobError) -> (Source, BlobBody)? {
        let rest = ByteRange(from: state.position, upTo: end)
        do throws(BlobError) {
            return try await service.open(digest, rest, except: state.failed)
        } catch {
            if error.code == .cancelled { throw error }
            return nil
        }
    }
}
