// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
import BlobFiles
public import BlobStore
public import Chunking
public import NIOCore
public import ObjectStorage
public import SystemPackage

/// Keeps blobs in an object store, in the layout that is found there, or in packs if there is nothing yet.
///
/// ```swift
/// let service = ObjectBlobService(in: storage, index: "/var/cache/blobs/index.sqlite")
/// try await service.running {
///     let digest = try await service.put(bytes)
/// }
/// ```
///
/// Nothing is asked before the service is used for the first time.
public final class ObjectBlobService: ListableBlobService, RunnableBlobService,
    StagingBlobService
{
    private enum Opened: Sendable {
        case castore(CastoreBlobService)
        case packed(PackedBlobService)

        var service: any ListableBlobService {
            switch self {
            case .castore(let service): service
            case .packed(let service): service
            }
        }
    }

    private struct State: Sendable {
        var opened: Opened?
        var isOpening = false
    }

    private enum Step: Sendable {
        case use(Opened)
        case open
    }

    /// Where the objects are.
    public let storage: any ObjectStorage

    private let layout: ObjectLayout?
    private let indexPath: FilePath?
    private let chunking: ChunkingParameters
    private let state = WaitableState(State())

    /// Uses an object store.
    ///
    /// - Parameters:
    ///   - storage: Where the objects are.
    ///   - layout: Which layout it has; `nil`: to be found out, and packs if it is empty.
    ///   - indexPath: See ``PackedBlobService/init(in:index:chunking:)``.
    ///   - chunking: For what is written.
    public init(
        in storage: any ObjectStorage,
        layout: ObjectLayout? = nil,
        index indexPath: FilePath? = nil,
        chunking: ChunkingParameters = .standard
    ) {
        self.storage = storage
        self.layout = layout
        self.indexPath = indexPath
        self.chunking = chunking
    }

    /// Sends and fetches until the task is cancelled.
    public func run() async {
        guard let opened = try? await state.wait(until: \.opened) else { return }
        switch opened {
        case .castore(let service): await service.run()
        case .packed(let service): await service.run()
        }
    }

    // MARK: opening

    /// The layout, which is found out if it is not known.
    public func foundLayout() async throws(BlobError) -> ObjectLayout {
        switch try await opened() {
        case .castore: .castore
        case .packed: .packed
        }
    }

    /// The service in the packed layout, or `nil` if it has another one.
    public func packed() async throws(BlobError) -> PackedBlobService? {
        guard case .packed(let service) = try await opened() else { return nil }
        return service
    }

    /// Says how much is in the store; costs a list request for each thousand objects.
    public func statistics() async throws(BlobError) -> ObjectStatistics {
        switch try await opened() {
        case .castore(let service): try await service.statistics()
        case .packed(let service): try await service.statistics()
        }
    }

    /// Reads everything and checks it; the service must run meanwhile.
    ///
    /// See ``PackedBlobService/check(repair:progress:)`` and ``CastoreBlobService/check(repair:progress:)``.
    /// `progress` is told how many packs have been read, and of how many, or how many blobs.
    public func check(
        repair: Bool = false,
        progress: @escaping @Sendable (_ done: Int, _ total: Int?) -> Void = { _, _ in }
    ) async throws(BlobError) -> ObjectCheckReport {
        switch try await opened() {
        case .castore(let service):
            try await service.check(repair: repair) { progress($0, nil) }
        case .packed(let service):
            try await service.check(repair: repair) { progress($0, $1) }
        }
    }

    /// Removes what nobody needs and what is older than `age` in seconds.
    ///
    /// See ``PackedBlobService/collectGarbage(olderThan:)``. In the castore layout it is what writers have left behind
    /// beside the objects.
    public func collectGarbage(
        olderThan age: Int64 = 86400
    ) async throws(BlobError) -> GarbageReport {
        if case .packed(let service) = try await opened() {
            return try await service.collectGarbage(olderThan: age)
        }
        var report = GarbageReport()
        report.leftoverCount = try await storage.removeLeftovers(olderThan: age)
        return report
    }

    /// Returns blobs that follow one in ascending order, at most `limit`, sorted by where they are kept, with their
    /// sizes as far as these are known; and the last of them in ascending order, behind which the next call goes
    /// on.
    ///
    /// Costs less than ``list(after:limit:)``, which finds out all sizes.
    public func listByPlace(
        after digest: BLAKE3Digest?,
        limit: Int
    ) async throws(BlobError) -> (
        blobs: [(digest: BLAKE3Digest, size: UInt64?)], last: BLAKE3Digest?
    ) {
        switch try await opened() {
        case .castore(let service):
            let digests = try await service.digests(after: digest, limit: limit)
            return (digests.map { ($0, nil) }, digests.last)
        case .packed(let service):
            let blobs = try await service.list(after: digest, limit: limit)
            let sorted = try await service.inOrderOfPlace(blobs)
            return (sorted.map { ($0.digest, $0.size) }, blobs.last?.digest)
        }
    }

    private func opened() async throws(BlobError) -> Opened {
        let step = try await state.wait { state -> Step? in
            if let opened = state.opened { return .use(opened) }
            if state.isOpening { return nil }
            state.isOpening = true
            return .open
        }
        if case .use(let opened) = step { return opened }
        do throws(BlobError) {
            let opened = try await open()
            state.update { state in
                state.opened = opened
                state.isOpening = false
            }
            return opened
        } catch {
            state.update { $0.isOpening = false }
            throw error
        }
    }

    private func open() async throws(BlobError) -> Opened {
        if layout == nil, let known = try await knownStore() { return .packed(known) }
        var layout = layout
        if layout == nil { layout = try await ObjectLayout.found(in: storage) }
        switch layout ?? .packed {
        case .castore: return .castore(CastoreBlobService(in: storage, chunking: chunking))
        case .packed: return .packed(try await makePacked())
        }
    }

    private func makePacked() async throws(BlobError) -> PackedBlobService {
        try await PackedBlobService(in: storage, index: indexPath, chunking: chunking)
    }

    /// The packed store that this machine knows, if it is still there: to look into its index is enough to see that,
    /// and has to be done anyway.
    private func knownStore() async throws(BlobError) -> PackedBlobService? {
        guard let indexPath else { return nil }
        let isKnown = try await Workers.run { () throws(BlobError) in Folder.exists(indexPath) }
        guard isKnown else { return nil }
        let service = try await makePacked()
        return try await service.index.isStillThere() ? service : nil
    }

    private func service() async throws(BlobError) -> any ListableBlobService {
        try await opened().service
    }
}

extension ObjectBlobService {
    public var stagingByteLimit: Int { chunking.minimum }

    /// Takes small blobs in the packed layout, and returns `nil` in the other one.
    public func stage(_ contents: [ByteBuffer]) async throws(BlobError) -> StagedBlobs? {
        try await packed()?.stage(contents)
    }

    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        try await service().stat(digest, wanted)
    }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        try await service().read(digest, in: range)
    }

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        try await service().makeSink(hint)
    }

    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        try await service().missing(among: digests)
    }

    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        try await service().outboard(of: digest, in: range)
    }

    public func readSlice(
        _ digest: BLAKE3Digest,
        _ ranges: ChunkRanges
    ) async throws(BlobError) -> BlobSlice? {
        try await service().readSlice(digest, ranges)
    }

    public func partialBlob(
        _ digest: BLAKE3Digest,
        size: UInt64
    ) async throws(BlobError) -> any PartialBlob {
        try await service().partialBlob(digest, size: size)
    }

    public func list(
        after digest: BLAKE3Digest?,
        limit: Int
    ) async throws(BlobError) -> [ListedBlob] {
        try await service().list(after: digest, limit: limit)
    }
}
