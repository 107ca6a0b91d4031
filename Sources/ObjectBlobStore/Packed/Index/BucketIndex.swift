// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// Keeps what is known here of the index objects of a bucket in step with the bucket.
///
/// A question costs one list request if it is the first one or the answer is not known yet, and a request for
/// each index object that others have added.
final class BucketIndex: Sendable {
    /// For how long a pack that is not listed may be relied on, in seconds.
    static let trustedAge: Int64 = 3600

    /// Larger index objects are read by few at once, in bytes.
    private static let smallByteCount = 1 << 20
    private static let smallReadCount = 16
    private static let largeReadCount = 2
    /// An index object may be merged into others between the list and the request for it.
    private static let attemptCount = 5
    /// Who writes should not know less than what was there so long ago.
    private static let freshness: Duration = .seconds(60)

    private struct Refreshes: Sendable {
        var startedCount = 0
        var doneCount = 0
        var isRunning = false
        var failure: (number: Int, error: BlobError)?
        /// When the last one that is done began.
        var time: ContinuousClock.Instant?
        /// Index objects that cannot be read, and what is wrong with them.
        var damaged: [BLAKE3Digest: BlobError] = [:]
        /// When they were read.
        var damageTime: ContinuousClock.Instant?
    }

    private enum Step: Sendable {
        case refresh(ContinuousClock.Instant)
        case done(Result<Void, BlobError>)
    }

    let storage: any ObjectStorage
    let known: PackIndex
    private let refreshes = WaitableState(Refreshes())
    /// Which store is in the bucket, as the last list says.
    private let store = Mutex<StoreIdentity?>(nil)

    init(of storage: any ObjectStorage, known: PackIndex) {
        self.storage = storage
        self.known = known
    }

    /// Reads all that there is, whatever was known before: for those who remove something.
    static func fresh(of storage: any ObjectStorage) async throws(BlobError) -> BucketIndex {
        let known = try await Workers.run { () throws(BlobError) in try PackIndex(at: nil) }
        let index = BucketIndex(of: storage, known: known)
        try await index.refresh()
        return index
    }

    // MARK: questions

    /// Returns where a record is, or `nil` if the bucket does not have it.
    func location(
        of digest: BLAKE3Digest,
        as role: RecordRole
    ) async throws(BlobError) -> RecordLocation? {
        try await locations(of: [digest], as: role)[0]
    }

    /// Returns where records are; those that are not known to be there are looked for in the bucket.
    ///
    /// Fails if one may be in an index object that is damaged.
    func locations(
        of digests: [BLAKE3Digest],
        as role: RecordRole
    ) async throws(BlobError) -> [RecordLocation?] {
        let isFirst = refreshes.read { $0.time == nil }
        if !isFirst {
            let found = try await knownLocations(of: digests, as: role)
            if !found.contains(where: { $0 == nil }) { return found }
        }
        try await refresh()
        let found = try await knownLocations(of: digests, as: role)
        if found.contains(where: { $0 == nil }) {
            try checkForDamage()
            try await checkStore()
        }
        return found
    }

    /// Returns where records are, as far as that is known.
    func knownLocations(
        of digests: [BLAKE3Digest],
        as role: RecordRole
    ) async throws(BlobError) -> [RecordLocation?] {
        let (known, store) = (known, storeID)
        return try await Workers.run { () throws(BlobError) in
            try known.locations(of: digests, as: role, in: store)
        }
    }

    /// Returns all places where a record is, as far as they are known.
    func knownPlaces(
        of digest: BLAKE3Digest,
        as role: RecordRole
    ) async throws(BlobError) -> [RecordLocation] {
        let (known, store) = (known, storeID)
        return try await Workers.run { () throws(BlobError) in
            try known.allLocations(of: digest, as: role, in: store)
        }
    }

    /// Whether something is known to have been put as a blob.
    func isKnownBlob(_ digest: BLAKE3Digest) async throws(BlobError) -> Bool {
        let (known, store) = (known, storeID)
        return try await Workers.run { () throws(BlobError) in
            try known.isBlob(digest, in: store)
        }
    }

    /// Fails if what is known is of another store by now, whose program uses the same file.
    func checkStore() async throws(BlobError) {
        let (known, store) = (known, storeID)
        let isOurs = try await Workers.run { () throws(BlobError) in try known.isOf(store) }
        guard isOurs else {
            throw BlobError(
                .unavailable,
                "\(storage.name): the file for what is known of it is used for another store too"
            )
        }
    }

    /// Fails if there are index objects that cannot be read.
    func checkForDamage() throws(BlobError) {
        if let damage = refreshes.read({ $0.damaged.values.first }) { throw damage }
    }

    /// Index objects that cannot be read.
    var damagedObjects: [BLAKE3Digest] { refreshes.read { Array($0.damaged.keys) } }

    /// Has index objects read again that could not be read.
    func forgetDamage() { refreshes.update { $0.damaged = [:] } }

    private var isStoreThere: Bool { store.withLock { $0 != nil } }

    /// The ID of the store that was found last, or nothing if there was none.
    var storeID: String { store.withLock { $0?.rawValue ?? "" } }

    // MARK: changes of others

    /// Learns what is in the bucket if there was a store in it, as far as that is known here; returns whether there
    /// still is one.
    func isStillThere() async throws(BlobError) -> Bool {
        let known = known
        let isKnown = try await Workers.run { () throws(BlobError) in try known.hasStore() }
        guard isKnown else { return false }
        try await refresh()
        return isStoreThere
    }

    /// Learns what was in the bucket not long ago.
    func refreshIfOld() async throws(BlobError) {
        if let time = refreshes.read(\.time), time + Self.freshness > .now { return }
        try await refresh()
    }

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
                return .refresh(.now)
            }
            switch step {
            case .done(let result): return try result.get()
            case .refresh(let start):
                let failure = await failureOfRefresh()
                end(failure, start)
                if let failure, failure.code == .cancelled { throw failure }
            }
        }
    }

    private func end(_ failure: BlobError?, _ start: ContinuousClock.Instant) {
        refreshes.update { state in
            state.isRunning = false
            // Somebody else does it if this one was cancelled.
            if failure?.code == .cancelled { return }
            state.doneCount = state.startedCount
            state.failure = failure.map { (state.startedCount, $0) }
            if failure == nil { state.time = start }
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
        var before = try await Workers.run { () throws(BlobError) in try known.objects() }
        var listed: [BLAKE3Digest: ObjectInfo] = [:]
        var store: StoreIdentity?
        try await storage.forEachPage(of: IndexObject.prefix) { objects in
            for object in objects {
                if let name = IndexObject.name(object.key) {
                    listed[name] = object
                } else if let found = StoreIdentity(object.key) {
                    store = min(found, store ?? found)
                }
            }
        }
        let id = store?.rawValue ?? ""
        let isSame = try await Workers.run { () throws(BlobError) in try known.setStore(id) }
        if !isSame { before = [] }
        self.store.withLock { [store] in $0 = store }
        // What is damaged does not get better soon.
        let now = ContinuousClock.now
        let damaged = refreshes.read { state in
            guard let time = state.damageTime, time + Self.freshness > now else {
                return [BLAKE3Digest: BlobError]()
            }
            return state.damaged.filter { listed[$0.key] != nil }
        }
        let new = listed.filter { !before.contains($0.key) && damaged[$0.key] == nil }
        let results = try await add(new)
        let gone = before.filter { listed[$0] == nil }
        if !gone.isEmpty {
            try await Workers.run { () throws(BlobError) in try known.remove(gone) }
        }
        let damages = results.compactMapValues(\.damage)
        refreshes.update { state in
            if !damages.isEmpty || damaged.isEmpty { state.damageTime = now }
            // Some of it may have been written anew meanwhile.
            state.damaged = state.damaged.filter { damaged[$0.key] != nil }.merging(damages) { $1 }
        }
        return !results.values.contains(where: \.isGone)
    }

    private func add(
        _ objects: [BLAKE3Digest: ObjectInfo]
    ) async throws(BlobError) -> [BLAKE3Digest: Addition] {
        var results: [BLAKE3Digest: Addition] = [:]
        for (isSmall, readCount) in [(true, Self.smallReadCount), (false, Self.largeReadCount)] {
            let some = objects.filter { ($0.value.size <= Self.smallByteCount) == isSmall }
            let added = try await concurrentMap(Array(some), atOnce: readCount) {
                name,
                object throws(BlobError) in
                (name, try await self.add(name, object))
            }
            results.merge(added) { $1 }
        }
        return results
    }

    /// What has become of an index object.
    private enum Addition: Sendable {
        case done
        case gone
        case damaged(BlobError)

        var damage: BlobError? {
            if case .damaged(let error) = self { error } else { nil }
        }

        var isGone: Bool {
            if case .gone = self { true } else { false }
        }
    }

    private func add(
        _ name: BLAKE3Digest,
        _ object: ObjectInfo
    ) async throws(BlobError) -> Addition {
        let (known, store) = (known, storeID)
        let key = IndexObject.key(name)
        let place = "\(storage.name)/\(key)"
        do throws(BlobError) {
            let limit = min(Int(clamping: object.size), IndexObject.byteLimit)
            guard let content = try await storage.content(of: key, upTo: limit) else {
                return .gone
            }
            return try await Workers.run { () throws(BlobError) in
                guard BLAKE3Digest(hashing: content.readableBytesSpan) == name else {
                    throw BlobError(.corrupt, "\(place): does not match its name")
                }
                let isAdded = try known.add(
                    name,
                    try IndexObject(parsing: content, place: place),
                    writtenAt: object.modificationTime,
                    to: store
                )
                return isAdded ? .done : .gone
            }
        } catch {
            guard error.code == .corrupt else { throw error }
            return .damaged(error)
        }
    }

    // MARK: changes of ours

    /// Sends a pack, which is not listed yet.
    func send(_ builder: PackBuilder) async throws(BlobError) -> IndexObject.Pack {
        let (pack, content) = try await Workers.run { () throws(BlobError) in builder.build() }
        _ = try await storage.put(PackObject.key(pack.name), content, .always)
        return pack
    }

    /// Makes packs that are in the bucket a part of the store; returns the names of the index objects.
    ///
    /// If they take the place of index objects, those are said to be replaced when all packs are listed. Fails if
    /// the packs were sent so long ago that somebody has taken them for packs that nobody is going to list.
    @discardableResult
    func publish(
        _ packs: [IndexObject.Pack],
        sentAt start: ContinuousClock.Instant,
        replacing replaced: [BLAKE3Digest] = []
    ) async throws(BlobError) -> Set<BLAKE3Digest> {
        try await sayFormat()
        let isOld = ContinuousClock.now - start > .seconds(Self.trustedAge / 2)
        if isOld { try await checkPresence(of: packs) }
        let groups = IndexObject.groups(packs)
        var names: Set<BLAKE3Digest> = []
        for (number, group) in groups.enumerated() {
            let isLast = number == groups.count - 1
            names.insert(try await publish(IndexObject(group, replacing: isLast ? replaced : [])))
        }
        // Somebody may have made up their mind just before they were listed.
        if isOld { try await checkPresence(of: packs) }
        return names
    }

    private func checkPresence(of packs: [IndexObject.Pack]) async throws(BlobError) {
        for pack in packs where try await storage.head(PackObject.key(pack.name)) == nil {
            throw BlobError(
                .unavailable,
                "\(storage.name): what was sent has been removed before it was complete"
            )
        }
    }

    private func publish(_ object: IndexObject) async throws(BlobError) -> BLAKE3Digest {
        let (known, store) = (known, storeID)
        let (name, content) = try await Workers.run { () throws(BlobError) in
            let content = object.encoded
            return (BLAKE3Digest(hashing: content.readableBytesSpan), content)
        }
        try await storage.put(IndexObject.key(name), content)
        refreshes.update { $0.damaged[name] = nil }
        // When that was by the clock of the server is not known here. If the file is of another store by now, the
        // next list finds it.
        _ = try await Workers.run { () throws(BlobError) in
            try known.add(name, object, writtenAt: 0, to: store)
        }
        return name
    }

    private func sayFormat() async throws(BlobError) {
        if isStoreThere { return }
        try await refreshIfOld()
        if isStoreThere { return }
        if try await !PackedFormat.isSaid(in: storage) { try await PackedFormat.say(in: storage) }
        try await storage.put(StoreIdentity.new().key, ByteBuffer())
        try await refresh()
    }

    /// Removes index objects whose packs others list.
    func remove(_ objects: [BLAKE3Digest]) async throws(BlobError) {
        try await storage.delete(objects.map(IndexObject.key))
        let known = known
        try await Workers.run { () throws(BlobError) in try known.remove(objects) }
    }
}
