// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobRecords
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// The blobs of more than one chunk of a packed store, with what proves them.
final class SplitPackedBlobs: BlobService {
    private static let aheadByteCount = 32 << 20
    private static let madeByteCount = 8 << 20
    /// Hashes of so many bytes come with what is known of a blob.
    private static let inlineHashByteCount: UInt64 = 4 << 20

    private let reader: PackReader
    private let descriptions: PackedDescriptions
    private let makeChunks: @Sendable () -> PackedChunks
    private let tasks: BackgroundTasks
    private let pages: HashPages
    private let hashing = Turns<BLAKE3Digest>()
    /// Upper levels of hash trees that the descriptions do not have.
    private let made = Mutex(RecentlyUsed<HashTreeRecord>(limit: SplitPackedBlobs.madeByteCount))

    /// `makeChunks` returns where the pages of a hash tree are written.
    init(
        _ reader: PackReader,
        _ tasks: BackgroundTasks,
        makeChunks: @escaping @Sendable () -> PackedChunks
    ) {
        self.reader = reader
        self.makeChunks = makeChunks
        self.tasks = tasks
        descriptions = PackedDescriptions(reader)
        pages = HashPages { names throws(BlobError) in try await reader.pages(names) }
    }

    private func description(of digest: BLAKE3Digest) async throws(BlobError) -> BlobDescription? {
        guard let location = try await reader.index.location(of: digest, as: .blob),
            location.record.kind == .description
        else { return nil }
        return try await descriptions.description(at: location)
    }

    func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        guard let location = try await reader.index.location(of: digest, as: .blob),
            location.record.kind == .description
        else { return nil }
        var info = BlobInfo(size: location.record.size)
        if wanted.chunks { info.chunks = try await descriptions.chunkList(at: location) }
        if wanted.outboard, HashTree(size: info.size).listByteCount <= Self.inlineHashByteCount {
            info.outboard = try await outboard(of: digest, in: .all)
        }
        return info
    }

    func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard let description = try await description(of: digest) else { return nil }
        let size = description.blob.size
        let wanted = try range.resolved(against: size)
        if wanted.isEmpty { return BlobBody(size: size, pieces: []) }
        let pieces = PackedPieces(digest, description, wanted, reader)
        let body = PackedBody(
            ReadAhead(byteLimit: Self.aheadByteCount) { () throws(BlobError) in
                try await pieces.next()
            }
        )
        guard tasks.start({ [readAhead = body.readAhead] in await readAhead.run() }) else {
            throw BlobError(
                .unavailable,
                "\(reader.index.storage.name): the service does not run any more"
            )
        }
        return BlobBody(size: size) { () throws(BlobError) in try await body.next() }
    }

    func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        guard let description = try await description(of: digest) else { return nil }
        let wanted = try range.resolved(against: description.blob.size)
        let groups = HashTree(size: description.blob.size).groups(touching: wanted)
        var tree = description.hashTree
        if tree == nil { tree = try await makeHashTree(of: digest) }
        guard let tree else { return nil }
        return try await pages.outboard(of: digest, tree, for: groups) { range throws(BlobError) in
            try await read(digest, in: range)
        }
    }

    /// Reads a blob, which somebody has written who passes no hashes on, to make its hash tree.
    private func makeHashTree(of digest: BLAKE3Digest) async throws(BlobError) -> HashTreeRecord? {
        try await hashing.take(digest) { () throws(BlobError) in
            if let tree = made.withLock({ $0.use(digest) }) { return tree }
            guard let body = try await read(digest, in: .all) else { return nil }
            let chunks = makeChunks()
            let tree = try await HashTreeRecord.build(
                of: digest,
                from: body,
                in: reader.index.storage.name
            ) { values throws(BlobError) in
                let run = HashTreeRecord.Run(of: values)
                pages.keep(values, run)
                try await Self.ifAllowed { () throws(BlobError) in
                    _ = try await chunks.writePage(HashTreeRecord.page(of: values))
                }
                return run
            }
            guard let tree else { return nil }
            try await Self.ifAllowed { () throws(BlobError) in try await chunks.commit() }
            made.withLock { $0.add(tree, digest, byteCount: tree.encoded.readableBytes) }
            return tree
        }
    }

    /// Writes something, unless nothing can be written.
    private static func ifAllowed(
        _ write: () async throws(BlobError) -> Void
    ) async throws(BlobError) {
        do throws(BlobError) {
            try await write()
        } catch {
            guard error.code == .refused else { throw error }
        }
    }

    func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        throw BlobError(.refused, "only whole services are written to")
    }
}

/// Ends what is fetched ahead when nobody reads any more.
private final class PackedBody: Sendable {
    let readAhead: ReadAhead

    init(_ readAhead: ReadAhead) { self.readAhead = readAhead }

    deinit { readAhead.end() }

    func next() async throws(BlobError) -> ByteBuffer? { try await readAhead.next() }
}

extension PackReader {
    private static let pageRequestByteCount = 4 << 20

    /// Returns the content of pages, and `nil` for those that are not there or damaged; those next to each
    /// other are read with one request.
    fileprivate func pages(_ names: [BLAKE3Digest]) async throws(BlobError) -> [ByteBuffer?] {
        let locations = try await index.locations(of: names, as: .content)
        var contents = [ByteBuffer?](repeating: nil, count: names.count)
        var runs: [[Int]] = []
        for (index, location) in locations.enumerated() {
            guard let location else { continue }
            if let run = runs.last, let last = run.last, let first = run.first,
                let before = locations[last], let start = locations[first]?.position,
                before.pack == location.pack, before.range.upperBound == location.position,
                location.range.upperBound - start <= Self.pageRequestByteCount
            {
                runs[runs.count - 1].append(index)
            } else {
                runs.append([index])
            }
        }
        for run in runs {
            do throws(BlobError) {
                let found = try await self.contents(at: run.compactMap { locations[$0] })
                for (index, content) in zip(run, found) { contents[index] = content }
            } catch {
                guard error.code == .corrupt else { throw error }
            }
        }
        return contents
    }
}
