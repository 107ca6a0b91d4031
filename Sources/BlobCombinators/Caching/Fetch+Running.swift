// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import Logging
import NIOCore

extension Fetch {
    private enum Action: Sendable {
        case adoptChunks(Range<UInt64>)
        case fetch(Range<UInt64>)
        case complete
        case fetchWhole
        case end(End)
    }

    /// Fetches what is needed until the blob is complete or nobody reads it any more.
    func run() async {
        await memory.withShare {
            let end: End
            do throws(BlobError) {
                let early = try await open()
                end = if let early { early } else { try await drive() }
            } catch {
                end = error.code == .cancelled ? .abandoned : .failed(error)
            }
            // Whoever comes now begins anew, and finds what has been journalled.
            if case .abandoned = end { try? await state.read(\.partial)?.flush() }
            state.update { state in
                state.end = state.end ?? end
                // Readers may hold on to the fetch for long.
                state.recent.removeAll()
                state.partial = nil
            }
            report(end)
        }
    }

    /// Whether what far has said of the blob must not be used again.
    var mustAskAgain: Bool {
        if state.read(\.hasFarFailed) { return true }
        return if case .failed = state.read(\.end) { true } else { false }
    }

    private func report(_ end: End) {
        guard let transfer = state.read(\.transfer) else { return }
        switch end {
        case .complete: transfer.finish()
        case .failed(let error), .bypassed(let error): transfer.fail(error)
        case .abandoned:
            // A part of the blob was all that was wanted, or else.
            if state.read(\.isCutShort) {
                transfer.fail(BlobError(.cancelled, "\(digest): nobody reads it any more"))
            } else {
                transfer.finish()
            }
        }
        if case .bypassed(let error) = end, state.read({ $0.nearFailure != nil }) {
            logger.warning(
                "what is fetched cannot be kept",
                metadata: ["blob.digest": "\(digest)", "error": "\(error)"]
            )
        }
    }

    /// Opens what near has of the blob; returns how the fetch ends if there is nothing to do.
    private func open() async throws(BlobError) -> End? {
        do throws(BlobError) {
            if try await near.has(digest) { return .complete }
            let partial = try await near.partialBlob(digest, size: source.size)
            if case .service = source.proof {
                // What others have said of this blob proves nothing.
                try await partial.discard(0..<source.size)
            }
            state.update { state in
                state.partial = partial
                state.plan.setPresent(partial.parts)
            }
            return nil
        } catch {
            if error.code == .cancelled { throw error }
            return .bypassed(error)
        }
    }

    private func drive() async throws(BlobError) -> End {
        let result: Result<End, BlobError> = await withDiscardingTaskGroup { group in
            defer { group.cancelAll() }
            group.addTask { await self.journal() }
            do throws(BlobError) {
                while true {
                    switch try await state.wait(until: Self.nextAction) {
                    case .adoptChunks(let range): await adoptChunks(range)
                    case .fetch(let segment): group.addTask { await self.fetch(segment) }
                    case .complete: if let end = try await complete() { return .success(end) }
                    case .fetchWhole: return .success(try await fetchWhole())
                    case .end(let end): return .success(end)
                    }
                }
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func nextAction(_ state: inout State) -> Action? {
        if let error = state.nearFailure { return .end(.bypassed(error)) }
        if state.listFailure == nil, state.plan.isComplete {
            return state.plan.inFlight.isEmpty ? .complete : nil
        }
        if state.plan.readers.isEmpty {
            // What is on its way is what somebody has read already, and is kept.
            if !state.isCutShort, !state.plan.inFlight.isEmpty { return nil }
            state.end = .abandoned
            return .end(.abandoned)
        }
        if state.listFailure != nil { return state.plan.inFlight.isEmpty ? .fetchWhole : nil }
        if let range = state.plan.nextUnknown() { return .adoptChunks(range) }
        return state.plan.takeSegment().map(Action.fetch)
    }

    // MARK: what near has already

    private func adoptChunks(_ range: Range<UInt64>) async {
        guard let partial = state.read(\.partial) else { return }
        do throws(BlobError) {
            try await partial.adopt(source.layout.chunks(touching: range))
            state.update { state in
                let before = state.plan.present.byteCount
                state.plan.setKnown(range, present: partial.parts)
                state.transfer?.add(state.plan.present.byteCount - before)
            }
        } catch {
            state.update { $0.nearFailure = error }
        }
    }

    // MARK: fetching

    private func fetch(_ segment: Range<UInt64>) async {
        let error = await Transfer.$current.withValue(currentTransfer()) {
            await failure(ofTransferring: segment)
        }
        state.update { state in
            state.plan.endSegment(segment, hasFailed: error != nil)
            // A chunk that is not what the list says is no news of the blob: far may have it all the same.
            if let error, error.code == .corrupt, source.isReadByChunk {
                state.listFailure = error
            }
            // If it was cancelled, the fetch is about to end.
            guard let error, error.code != .cancelled, state.nearFailure == nil else { return }
            state.hasFarFailed = true
            if state.listFailure != nil { return }
            // Those who wait for the whole blob wait for each part of it.
            let readers =
                source.isReadByChunk
                ? Array(state.plan.readers.keys) : state.plan.readers(waitingIn: segment)
            for reader in readers { state.failures[reader] = error }
        }
    }

    /// The transfer of all segments.
    private func currentTransfer() -> Transfer {
        if let transfer = state.read(\.transfer) { return transfer }
        return state.update { state in
            if let transfer = state.transfer { return transfer }
            let transfer = transfers.begin(.fetch, digest, totalByteCount: source.size)
            transfer.add(state.plan.present.byteCount)
            state.transfer = transfer
            return transfer
        }
    }

    private func failure(ofTransferring segment: Range<UInt64>) async -> BlobError? {
        do throws(BlobError) {
            try await transfer(segment)
            return nil
        } catch {
            return error
        }
    }

    private func transfer(_ segment: Range<UInt64>) async throws(BlobError) {
        var cutter = PieceCutter(source.layout, segment)
        for try await bytes in try await open(segment) {
            release(bytes, at: cutter.position)
            for (piece, offset) in cutter.append(bytes) { try await keep(piece, at: offset) }
        }
        guard cutter.position == segment.upperBound else {
            throw BlobError(.unavailable, "\(digest): ends at byte \(cutter.position)")
        }
    }

    private func open(_ segment: Range<UInt64>) async throws(BlobError) -> BlobBody {
        var (name, size, start) = (digest, source.size, UInt64(0))
        if source.isReadByChunk {
            let placed = source.layout.chunk(source.layout.index(at: segment.lowerBound))
            (name, size, start) = (placed.chunk.digest, placed.chunk.size, placed.offset)
        }
        let isAll = segment == start..<start + size && !source.isProvenInParts
        let range = ByteRange(from: segment.lowerBound - start, upTo: segment.upperBound - start)
        let body: BlobBody?
        do throws(BlobError) {
            body = try await far.read(name, in: isAll ? .all : range)
        } catch {
            guard error.code == .invalidRange else { throw error }
            throw BlobError(.corrupt, "\(digest): \(name) has not \(size) bytes, as was said")
        }
        guard let body else {
            if name == digest {
                throw BlobError(.unavailable, "\(digest): it is not there any more")
            }
            throw BlobError(.corrupt, "\(digest): its chunk \(name) is not there")
        }
        guard body.size == size else {
            throw BlobError(
                .corrupt,
                "\(digest): \(name) has \(body.size) bytes, and was said to have \(size)"
            )
        }
        return body
    }

    /// Lets readers have bytes, unless the whole blob has to be proven first.
    private func release(_ bytes: ByteBuffer, at offset: UInt64) {
        if source.isHeldBack { return }
        state.update { state in
            state.recent.append(bytes, at: offset)
        }
    }

    private func keep(_ piece: ByteBuffer, at offset: UInt64) async throws(BlobError) {
        guard let partial = state.read(\.partial) else { return }
        do throws(BlobError) {
            try await partial.write(piece, at: offset)
        } catch {
            if error.code != .cancelled { state.update { $0.nearFailure = error } }
            throw error
        }
        let range = offset..<offset + UInt64(piece.readableBytes)
        let mustBeJournalled = state.update { state in
            state.plan.add(range)
            state.transfer?.add(piece.readableBytes)
            state.unjournalledByteCount += piece.readableBytes
            return state.unjournalledByteCount >= options.journalByteCount
        }
        if mustBeJournalled { await flush(partial) }
    }

    // MARK: the journal

    /// Journals from time to time what has come.
    private func journal() async {
        while (try? await Task.sleep(for: options.journalInterval)) != nil {
            guard state.read({ $0.unjournalledByteCount }) > 0, let partial = state.read(\.partial)
            else { continue }
            await flush(partial)
        }
    }

    private func flush(_ partial: any PartialBlob) async {
        state.update { $0.unjournalledByteCount = 0 }
        do throws(BlobError) {
            try await partial.flush()
        } catch {
            if error.code != .cancelled { state.update { $0.nearFailure = error } }
        }
    }

    // MARK: the end

    /// Makes a blob of the parts; `nil` if some of them are not those of the blob.
    private func complete() async throws(BlobError) -> End? {
        guard let partial = state.read(\.partial) else { return .abandoned }
        do throws(BlobError) {
            switch try await verifyRest(of: partial) {
            case .good: break
            case .incomplete: return nil
            case .hopeless(let error): return .failed(error)
            case .notKept(let error): return .bypassed(error)
            }
            try await partial.complete(with: source.outboardForNear)
            return .complete
        } catch {
            if error.code == .cancelled { throw error }
            guard error.code == .corrupt, !source.isProvenInParts else { return .bypassed(error) }
            // The chunks were what far has said, and far has said what is not so.
            if source.isHeldBack {
                state.update { $0.listFailure = error }
                return nil
            }
            try? await partial.discard(0..<source.size)
            return .failed(error)
        }
    }

    /// Fetches the blob in one stream, which far checks itself, as its list of chunks is of no use.
    private func fetchWhole() async throws(BlobError) -> End {
        guard let partial = state.read(\.partial), let failure = state.read(\.listFailure) else {
            return .abandoned
        }
        // What has been released cannot be taken back.
        if source.isTakenOnTrust { return .failed(failure) }
        let error = await Transfer.$current.withValue(currentTransfer()) {
            await self.failure(ofTransferringInto: partial)
        }
        if error?.code == .cancelled, let error { throw error }
        if let error = state.read(\.nearFailure) { return .bypassed(error) }
        return error.map(End.failed) ?? .complete
    }

    private func failure(ofTransferringInto partial: any PartialBlob) async -> BlobError? {
        do throws(BlobError) {
            try await partial.discard(0..<source.size)
            guard let body = try await far.read(digest) else {
                return BlobError(.unavailable, "\(digest): it is not there any more")
            }
            guard body.size == source.size else {
                return BlobError(
                    .corrupt,
                    "\(digest): has \(body.size) bytes, and was said to have \(source.size)"
                )
            }
            var cutter = PieceCutter(
                ChunkLayout(size: source.size, chunks: []),
                0..<source.size
            )
            for try await bytes in body {
                if state.read({ $0.plan.readers.isEmpty }) {
                    return BlobError(.cancelled, "\(digest): nobody reads it any more")
                }
                for (piece, offset) in cutter.append(bytes) { try await keep(piece, at: offset) }
            }
        } catch {
            return error
        }
        do throws(BlobError) {
            try await partial.complete(with: nil)
            return nil
        } catch {
            // Far has checked what it has sent.
            if error.code != .cancelled { state.update { $0.nearFailure = error } }
            return error
        }
    }
}

extension RangeSet<UInt64> {
    /// How many bytes are in the ranges.
    fileprivate var byteCount: Int { Int(clamping: ranges.reduce(0) { $0 + UInt64($1.count) }) }
}
