// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobRecords
import BlobStore
import NIOConcurrencyHelpers
import NIOCore
import Synchronization

/// Appends records to the active pack, and knows what has been appended and is not in the index.
///
/// Records are written under a lock, one after the other, so that a pack of a process that was
/// killed is sound up to its last, torn record. The operating system allows one writer for each
/// file at a time as well.
final class WriteLog: Sendable {
    /// A pack of this size, in bytes, is not appended to any more.
    static let sealingSize: UInt64 = 256 << 20

    /// What has to be made durable and indexed together.
    struct Batch: Sendable {
        var entries: [BLAKE3Digest: IndexEntry] = [:]
        var hashTrees: [BLAKE3Digest: RecordPlace] = [:]
        var packs: [PackID: PackAppender.Extent] = [:]
        var parts = StoreIndex.PartChanges()
        var isEmpty: Bool {
            entries.isEmpty && hashTrees.isEmpty && packs.isEmpty && parts.isEmpty
        }
    }

    private struct State {
        var active: PackAppender?
        /// Packs that have been appended to, are full, and are not in the index.
        var full: [PackID: PackAppender.Extent] = [:]
        /// Hash trees that are not in the index.
        var hashTrees: [BLAKE3Digest: RecordPlace] = [:]
        /// What has changed of partial blobs, and is not in the index.
        var parts = StoreIndex.PartChanges()
        var isDirty = false
        var failure: BlobError?
    }

    private let folder: PackFolder
    private let index: StoreIndex
    // Held while a file is written, so the lock is one that sleeps; `Mutex` would spin first.
    private let state = NIOLockedValueBox(State())
    // Entries are added only while `state` is held.
    private let entries = Mutex<[BLAKE3Digest: IndexEntry]>([:])

    init(folder: PackFolder, index: StoreIndex) {
        self.folder = folder
        self.index = index
    }

    /// The number of entries that are not in the index.
    var stagedCount: Int { entries.withLock { $0.count } }

    /// Returns the entry of a record that is not in the index yet.
    func staged(_ digest: BLAKE3Digest) -> IndexEntry? {
        entries.withLock { $0[digest] }
    }

    private func stage(_ entry: IndexEntry) {
        entries.withLock { $0[entry.digest] = entry }
    }

    /// Appends a record, unless one with this digest was staged meanwhile.
    ///
    /// The record of a split blob comes with the size of the blob.
    func append(
        _ header: RecordHeader,
        _ content: RawSpan,
        splitBlobSize: UInt64? = nil
    ) throws(BlobError) {
        try locked { (state) throws(BlobError) in
            if let known = staged(header.digest) {
                if header.isBlob { try mark(known, &state) }
                return
            }
            let place = try append(header, content, to: &state)
            if let entry = IndexEntry(header, at: place, splitBlobSize: splitBlobSize) {
                stage(entry)
            }
        }
    }

    /// Appends the record of a hash tree.
    func append(_ tree: HashTreeRecord, of digest: BLAKE3Digest) throws(BlobError) {
        let content = tree.encoded
        let length = content.readableBytes
        guard length <= RecordHeader.maximumContentLength else {
            throw BlobError(.refused, "\(digest): is too large for this store")
        }
        let header = RecordHeader(
            .hashTree,
            digest,
            isBlob: false,
            contentLength: length,
            storedLength: length
        )
        try locked { (state) throws(BlobError) in
            state.hashTrees[digest] = try append(header, content.readableBytesSpan, to: &state)
        }
    }

    /// Records that a chunk, which has been appended, is a part of a blob that is not complete.
    func add(_ part: PlacedChunk, of blob: BLAKE3Digest) throws(BlobError) {
        try locked { (state) throws(BlobError) in state.parts.added.append((blob, part)) }
    }

    /// Records that a blob, which has been appended, has no use for its parts any more.
    func complete(_ blob: BLAKE3Digest) throws(BlobError) {
        try locked { (state) throws(BlobError) in state.parts.completed.append(blob) }
    }

    /// Makes sure that all records can be read.
    func flush() throws(BlobError) {
        try locked { (state) throws(BlobError) in try state.active?.flush() }
    }

    /// Records that a chunk that is in the index, or staged, is a blob of its own.
    func mark(_ entry: IndexEntry) throws(BlobError) {
        try locked { (state) throws(BlobError) in
            try mark(staged(entry.digest) ?? entry, &state)
        }
    }

    private func mark(_ entry: IndexEntry, _ state: inout State) throws(BlobError) {
        if entry.kind.contains(.blob) { return }
        try append(.mark(entry.digest), RawSpan(), to: &state)
        var entry = entry
        entry.kind.insert(.blob)
        stage(entry)
    }

    private func locked<Value>(
        _ body: (inout State) throws(BlobError) -> Value
    ) throws(BlobError) -> Value {
        let result = state.withLockedValue { state -> Result<Value, BlobError> in
            if let failure = state.failure { return .failure(failure) }
            do throws(BlobError) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    @discardableResult
    private func append(
        _ header: RecordHeader,
        _ content: RawSpan,
        to state: inout State
    ) throws(BlobError) -> RecordPlace {
        if let id = state.active?.id, let end = state.active?.end, end >= Self.sealingSize {
            try state.active?.flush()
            state.full[id] = state.active?.extent
            state.active = nil
        }
        // Not copied, as that would copy its buffer.
        var pack =
            if let active = state.active.take() { active } else {
                try folder.takePack(knownTo: index)
            }
        defer { state.active = pack }
        let place = try pack.append(header, content)
        state.isDirty = true
        return place
    }

    /// Returns all that has been appended and not been indexed, when it is in the files.
    func takeBatch() throws(BlobError) -> Batch {
        try locked { (state) throws(BlobError) in
            try state.active?.flush()
            var batch = Batch(
                entries: entries.withLock { $0 },
                hashTrees: state.hashTrees,
                packs: state.full,
                parts: state.parts
            )
            state.hashTrees = [:]
            state.parts = StoreIndex.PartChanges()
            if state.isDirty, let active = state.active { batch.packs[active.id] = active.extent }
            state.full = [:]
            state.isDirty = false
            return batch
        }
    }

    /// Forgets what is in the index.
    func complete(_ batch: Batch) {
        entries.withLock { entries in
            for (digest, entry) in batch.entries where entries[digest] == entry {
                entries[digest] = nil
            }
        }
    }

    /// Takes a batch back that could not be indexed, so that the next one includes it.
    func restore(_ batch: Batch) {
        state.withLockedValue { state in
            let others = batch.packs.filter { $0.key != state.active?.id }
            state.full.merge(others) { current, _ in current }
            state.hashTrees.merge(batch.hashTrees) { current, _ in current }
            state.parts.added = batch.parts.added + state.parts.added
            state.parts.completed += batch.parts.completed
            state.isDirty = true
        }
    }

    /// Refuses every write from here on.
    func fail(_ error: BlobError) {
        state.withLockedValue { $0.failure = error }
    }
}
