// SPDX-License-Identifier: Apache-2.0
public import BlobStore
public import NIOCore
import Synchronization

/// Keeps objects in memory, for tests and for what need not outlive the process.
public final class MemoryObjectStorage: ObjectStorage {
    private static let pageCount = 1000

    private struct Object {
        var content: ByteBuffer
        var modificationTime: Int64

        func info(_ key: String) -> ObjectInfo {
            ObjectInfo(
                key: key,
                size: UInt64(content.readableBytes),
                modificationTime: modificationTime
            )
        }
    }

    public let name = "memory:"
    public let requests = RequestCounter()
    private let objects = Mutex<[String: Object]>([:])
    private let clock: @Sendable () -> Int64

    /// Creates a storage without objects.
    ///
    /// `clock` tells the time in seconds since 1970.
    public init(clock: @escaping @Sendable () -> Int64 = { WallClock.seconds }) {
        self.clock = clock
    }

    public func head(_ key: String) async throws(BlobError) -> ObjectInfo? {
        try begin(.head, key)
        return objects.withLock { $0[key]?.info(key) }
    }

    public func read(
        _ key: String,
        in range: Range<UInt64>?
    ) async throws(BlobError) -> ObjectBody? {
        try begin(.get, key)
        guard let content = objects.withLock({ $0[key]?.content }) else { return nil }
        let size = UInt64(content.readableBytes)
        let wanted = (range ?? 0..<size).clamped(to: 0..<size)
        let rest = Mutex(content.part(wanted, at: 0))
        return ObjectBody(objectSize: size) { [requests] () throws(BlobError) in
            let bytes = rest.withLock { $0.take() }
            requests.countReceived(bytes?.readableBytes ?? 0)
            return bytes
        }
    }

    public func put(
        _ key: String,
        _ content: [ByteBuffer],
        _ condition: PutCondition
    ) async throws(BlobError) -> Bool {
        try begin(.put, key)
        var whole = ByteBuffer()
        for piece in content { whole.writeImmutableBuffer(piece) }
        requests.countSent(whole.readableBytes)
        let object = Object(content: whole, modificationTime: clock())
        return objects.withLock { objects in
            if condition == .ifAbsent, objects[key] != nil { return false }
            objects[key] = object
            return true
        }
    }

    public func delete(_ keys: [String]) async throws(BlobError) {
        for key in keys {
            try begin(.delete, key)
            objects.withLock { $0[key] = nil }
        }
    }

    public func list(_ prefix: String, from token: String?) async throws(BlobError) -> ObjectPage {
        try BlobError.checkCancellation()
        requests.count(.list)
        let found = objects.withLock { objects in
            objects.filter { $0.key.hasPrefix(prefix) && $0.key > token ?? "" }
                .map { $0.value.info($0.key) }
        }
        let page = found.sorted { $0.key < $1.key }.prefix(Self.pageCount)
        return ObjectPage(
            objects: Array(page),
            next: page.count < found.count ? page.last?.key : nil
        )
    }

    private func begin(_ kind: RequestKind, _ key: String) throws(BlobError) {
        try BlobError.checkCancellation()
        try ObjectKey.check(key)
        requests.count(kind)
    }
}
