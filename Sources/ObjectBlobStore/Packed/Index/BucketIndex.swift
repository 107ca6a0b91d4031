// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// Keeps what is known here of the index objects of a bucket in step with the bucket.
///
/// A question costs one list request if the answer is not known yet, and a request for each index object
/// that others have added.
final class BucketIndex: Sendable {
    private static let readCount = 8
    /// An index object may be merged into others between the list and the request for it.
    private static let attemptCount = 5

    private struct Refreshes: Sendable {
        var startedCount = 0
        var doneCount = 0
        var isRunning = false
        var failure: (number: Int, error: BlobError)?
    }

    private enum Step: Sendable {
        case refresh
        case done(Result<Void, BlobError>)
    }

    let storage: any ObjectStorage
    let known: PackIndex
    private let refreshes = WaitableState(Refreshes())
    private let isFormatKnown = Mutex(false)

    init(of storage: any ObjectStorage, known: PackIndex) {
        self.storage = storage
        self.known = known
    }

    // MARK: questions

    /// Returns where a record is, or `nil` if the bucket does not have it.
    func location(of digest: BLAKE3Digest) async throws(BlobError) -> RecordLocation? {
        try await locations(of: [digest])[0]
    }

    /// Returns where records are; those that are not known to be there are looked for in the bucket.
    func locations(
        of digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [RecordLocation?] {
        let found = try await knownLocations(of: digests)
        if !found.contains(where: { $0 == nil }) { return found }
        try await refresh()
        return try await knownLocations(of: digests)
    }

    func knownLocations(
        of digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [RecordLocation?] {
        let known = known
        return try await Workers.run { () throws(BlobError) in try known.locations(of: digests) }
    }

    // MARK: changes of others

    /// Learns what was in the bucket at some time after the call.
    ///
    /// Those who ask at the same time share one list.
    func refresh() async throws(BlobError) {
        // A list that has begun before may not have what was written since.
        let number = refreshes.read { $0.startedCount + 1 }
        while true {
            let step = try await refreshes.wait { state -> Step? in
                if state.doneCount >= number {
                    guard let failure = state.failure, failure.number >= number else {
                        return .done(.success(()))
                    }
                    return .done(.failure(failure.error))
                }
                if state.isRunning { return nil }
                state.isRunning = true
                state.startedCount += 1
                return .refresh
            }
            if case .done(let result) = step { return try result.get() }
            let failure = await failureOfRefresh()
            refreshes.update { state in
                state.isRunning = false
                // Somebody else does it if this one was cancelled.
                if failure?.code == .cancelled { return }
                state.doneCount = state.startedCount
                state.failure = failure.map { (state.startedCount, $0) }
            }
            if let failure, failure.code == .cancelled { throw failure }
        }
    }

    private func failureOfRefresh() async -> BlobError? {
        do throws(BlobError) {
            for _ in 0..<Self.attemptCount where try await readChanges() { return nil }
            return BlobError(.unavailable, "\(storage.name): the index changes all the time")
        } catch {
            return error
        }
    }

    /// Returns whether everything could be read that was in the list.
    private func readChanges() async throws(BlobError) -> Bool {
        let known = known
        // What is published meanwhile is not in the list, and has not gone.
        let before = try await Workers.run { () throws(BlobError) in try known.objects() }
        var names: Set<BLAKE3Digest> = []
        try await storage.forEachPage(of: IndexObject.prefix) { objects in
            names.formUnion(objects.compactMap { IndexObject.name($0.key) })
        }
        let listed = names
        let read = try await concurrentMap(
            Array(listed.subtracting(before)),
            atOnce: Self.readCount
        ) { name throws(BlobError) in
            guard let object = try await self.read(name) else { return false }
            try await Workers.run { () throws(BlobError) in try known.add(name, object.packs) }
            return true
        }
        let gone = before.subtracting(listed)
        if !gone.isEmpty {
            try await Workers.run { () throws(BlobError) in try known.remove(gone) }
        }
        return !read.contains(false)
    }

    private func read(_ name: BLAKE3Digest) async throws(BlobError) -> IndexObject? {
        let key = IndexObject.key(name)
        let limit = IndexObject.byteLimit
        guard let content = try await storage.content(of: key, upTo: limit) else { return nil }
        let place = "\(storage.name)/\(key)"
        return try await Workers.run { () throws(BlobError) in
            guard BLAKE3Digest(hashing: content.readableBytesSpan) == name else {
                throw BlobError(.corrupt, "\(place): does not match its name")
            }
            return try IndexObject(parsing: content, place: place)
        }
    }

    // MARK: changes of ours

    /// Sends a pack, which is not listed yet.
    func send(_ builder: PackBuilder) async throws(BlobError) -> IndexObject.Pack {
        let (pack, content) = try await Workers.run { () throws(BlobError) in builder.build() }
        _ = try await storage.put(PackObject.key(pack.name), content, .always)
        return pack
    }

    /// Makes packs that are in the bucket a part of the store; returns the name of the index object.
    @discardableResult
    func publish(_ packs: [IndexObject.Pack]) async throws(BlobError) -> BLAKE3Digest {
        let known = known
        if !isFormatKnown.withLock({ $0 }) {
            if try await !PackedFormat.isSaid(in: storage) {
                try await PackedFormat.say(in: storage)
            }
            isFormatKnown.withLock { $0 = true }
        }
        let (name, content) = try await Workers.run { () throws(BlobError) in
            let content = IndexObject(packs).encoded
            return (BLAKE3Digest(hashing: content.readableBytesSpan), content)
        }
        try await storage.put(IndexObject.key(name), content)
        try await Workers.run { () throws(BlobError) in try known.add(name, packs) }
        return name
    }

    /// Removes index objects whose packs others list.
    func remove(_ objects: [BLAKE3Digest]) async throws(BlobError) {
        try await storage.delete(objects.map(IndexObject.key))
        let known = known
        try await Workers.run { () throws(BlobError) in try known.remove(objects) }
    }
}
