// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
public import BlobStore
public import Logging
import NIOCore
import Synchronization

/// A near service in front of a far one: what near has is read there, and what it has not got comes
/// from far, is checked, and stays in near for the next time.
///
/// ```swift
/// let cache = CachingBlobService(near: disk, far: remote)
/// try await cache.running {
///     let body = try await cache.read(digest)
/// }
/// ```
///
/// The first bytes are released as soon as they are proven, while others are fetched ahead of the
/// reader. Chunks that near has, from whatever blob, are not fetched. Readers of one blob share one
/// fetch; it ends when the last of them goes, and the next one goes on where it has stopped, also after
/// the end of the process. Whoever reads to the end finds the blob in near.
///
/// From a far service without hashes nothing is released, and nothing counts as there, before the
/// digest of the whole blob has been found right. If near cannot keep a blob, or has damaged it, it is
/// read from far as if there were no cache.
///
/// Memory: see ``CachingOptions/memoryByteCount``, and 4 MiB of hashes and 100 bytes for each chunk of
/// a blob that is fetched.
public final class CachingBlobService: BlobService, RunnableBlobService {
    /// The service that is asked first, and filled.
    public let near: any BlobService
    /// The service that is asked for what near does not have.
    public let far: any BlobService

    private let options: CachingOptions
    private let transfers: TransferMonitor
    private let logger: Logger
    private let lookup: FarLookup
    private let memory: FetchMemory
    private let tasks = BackgroundTasks()
    private let fetches = WaitableState<[BLAKE3Digest: Fetch]>([:])

    /// Creates a cache, which fetches when ``run()`` does.
    ///
    /// - Parameters:
    ///   - near: What is asked first, and filled.
    ///   - far: What is asked for the rest.
    ///   - options: How.
    ///   - transfers: Who is told of what is fetched.
    ///   - logger: Told of what near cannot keep.
    public init(
        near: any BlobService,
        far: any BlobService,
        _ options: CachingOptions = CachingOptions(),
        transfers: TransferMonitor = TransferMonitor(),
        logger: Logger = Logger(label: "blobstore") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.near = near
        self.far = far
        self.options = options
        self.transfers = transfers
        self.logger = logger
        lookup = FarLookup(far, inlineLimit: options.inlineLimit)
        memory = FetchMemory(byteCount: options.memoryByteCount)
    }

    /// Fetches what readers need until the task is cancelled.
    public func run() async { await tasks.run() }

    // MARK: asking

    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        try await nearOrFar { () throws(BlobError) in
            try await near.stat(digest, wanted)
        } far: { () throws(BlobError) in
            try await farInfo(digest, wanted)
        }
    }

    /// Asks near, and far if near does not have it, or has damaged it.
    ///
    /// What near has damaged and far does not have is damaged, and not absent.
    private func nearOrFar<Value>(
        _ near: () async throws(BlobError) -> Value?,
        far: () async throws(BlobError) -> Value?
    ) async throws(BlobError) -> Value? {
        do throws(BlobError) {
            if let value = try await near() { return value }
        } catch {
            guard error.code != .cancelled, error.code != .invalidRange else { throw error }
            if let value = try await far() { return value }
            throw error
        }
        return try await far()
    }

    private func farInfo(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        // Whoever wants to know more than the size is going to read.
        if wanted == StatOptions() {
            return try await lookup.info(digest).map { BlobInfo(size: $0.size) }
        }
        guard var info = try await lookup.infoForReading(digest) else { return nil }
        if !wanted.chunks { info.chunks = nil }
        if !wanted.outboard { info.outboard = nil }
        if info.size > wanted.inlineLimit { info.content = nil }
        return info
    }

    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        let absent = try await near.missing(among: digests)
        return absent.isEmpty ? [] : try await far.missing(among: absent)
    }

    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        try await nearOrFar { () throws(BlobError) in
            try await near.outboard(of: digest, in: range)
        } far: { () throws(BlobError) in
            try await farOutboard(of: digest, in: range)
        }
    }

    private func farOutboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        guard let info = try await lookup.infoForReading(digest) else { return nil }
        guard let outboard = info.outboard, outboard.tree.groupSize == .standard else {
            return try await far.outboard(of: digest, in: range)
        }
        let groups = outboard.tree.groups(touching: try range.resolved(against: info.size))
        return try BlobError.proving(digest, from: "far") { () throws(BaoError) in
            try outboard.narrowed(to: groups)
        }
    }

    // MARK: reading

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        do throws(BlobError) {
            if let body = try await near.read(digest, in: range) {
                return try repairing(body, digest, range)
            }
        } catch {
            guard error.code != .cancelled, error.code != .invalidRange else { throw error }
            guard let body = try await far.read(digest, in: range) else { throw error }
            return body
        }
        guard let info = try await lookup.infoForReading(digest) else { return nil }
        guard info.size > 0 || digest == .empty else {
            throw BlobError(.corrupt, "\(digest): cannot have no bytes")
        }
        let wanted = try range.resolved(against: info.size)
        if let content = info.content {
            await keep(content)
            return BlobBody(
                size: info.size,
                pieces: [content.part(wanted, at: 0)].compactMap(\.self)
            )
        }
        if info.size > options.largestBlobSize { return try await far.read(digest, in: range) }
        if wanted.isEmpty { return BlobBody(size: info.size, pieces: []) }
        let (fetch, reader) = try await join(digest, info, wanted)
        let body = FetchedBody(fetch, reader, wanted)
        return BlobBody(size: info.size) { () throws(BlobError) in try await body.next() }
    }

    /// Reads a blob from near, and from far what is damaged there.
    private func repairing(
        _ body: BlobBody,
        _ digest: BLAKE3Digest,
        _ range: ByteRange
    ) throws(BlobError) -> BlobBody {
        let resuming = ResumingBody(
            body,
            try range.resolved(against: body.size),
            retryCount: 1,
            isPassing: \.isCorrupt
        ) { [far] (rest) throws(BlobError) in try await far.read(digest, in: rest) }
        return BlobBody(size: body.size) { () throws(BlobError) in try await resuming.next() }
    }

    /// Puts a small blob into near; if that cannot be done, it comes from far the next time too.
    private func keep(_ content: ByteBuffer) async {
        guard content.readableBytes <= options.largestBlobSize else { return }
        _ = try? await near.put(content)
    }

    /// Joins the fetch of a blob, or begins it.
    private func join(
        _ digest: BLAKE3Digest,
        _ info: BlobInfo,
        _ wanted: Range<UInt64>
    ) async throws(BlobError) -> (Fetch, Int) {
        if let joined = fetches.read({ Self.join($0[digest], wanted) }) { return joined }
        let source = try FetchSource(digest, info)
        let fetch = Fetch(source, from: far, into: near, options, memory, transfers, logger)
        let (joined, reader) = try await fetches.wait { fetches -> (Fetch, Int)? in
            // One that has ended has to be out of the way first.
            if let other = fetches[digest] { return Self.join(other, wanted) }
            guard let joined = Self.join(fetch, wanted) else { return nil }
            fetches[digest] = fetch
            return joined
        }
        guard joined === fetch else { return (joined, reader) }
        let isStarted = tasks.start { [fetches, lookup] in
            await fetch.run()
            if fetch.mustAskAgain { lookup.forget(digest) }
            fetches.update { $0[digest] = nil }
        }
        guard isStarted else {
            let error = BlobError(.unavailable, "\(digest): the cache does not run any more")
            fetch.give(up: error)
            fetches.update { $0[digest] = nil }
            throw error
        }
        return (joined, reader)
    }

    private static func join(_ fetch: Fetch?, _ wanted: Range<UInt64>) -> (Fetch, Int)? {
        guard let fetch, let reader = fetch.join(wanted) else { return nil }
        return (fetch, reader)
    }

    public func readSlice(
        _ digest: BLAKE3Digest,
        _ ranges: ChunkRanges
    ) async throws(BlobError) -> BlobSlice? {
        try await nearOrFar { () throws(BlobError) in
            try await near.readSlice(digest, ranges)
        } far: { () throws(BlobError) in
            try await BlobSlice(of: digest, ranges, from: self)
        }
    }

    // MARK: writing

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        let sink = try await near.makeSink(hint)
        guard options.writing == .through else { return sink }
        do throws(BlobError) {
            return JoinedSink([sink, try await far.makeSink(hint)])
        } catch {
            sink.abort()
            throw error
        }
    }

    public func partialBlob(
        _ digest: BLAKE3Digest,
        size: UInt64
    ) async throws(BlobError) -> any PartialBlob {
        // What is written through is kept by far, and near may forget parts.
        let keeper = options.writing == .near ? near : far
        return try await keeper.partialBlob(digest, size: size)
    }
}

extension BlobError {
    fileprivate var isCorrupt: Bool { code == .corrupt }
}
