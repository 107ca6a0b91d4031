// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// Fails to do some things.
final class FaultyStorage: ObjectStorage {
    let base: MemoryObjectStorage
    private let code: BlobError.Code
    private let fault = Mutex<@Sendable (RequestKind, String) -> Bool>({ _, _ in false })

    init(_ base: MemoryObjectStorage, failingWith code: BlobError.Code = .unavailable) {
        self.base = base
        self.code = code
    }

    var name: String { base.name }
    var requests: RequestCounter { base.requests }

    /// Says which requests fail.
    func fail(_ isFailing: @escaping @Sendable (RequestKind, String) -> Bool) {
        fault.withLock { $0 = isFailing }
    }

    private func check(_ kind: RequestKind, _ key: String) throws(BlobError) {
        guard fault.withLock({ $0 })(kind, key) else { return }
        throw BlobError(code, "\(key): \(kind) fails")
    }

    func head(_ key: String) async throws(BlobError) -> ObjectInfo? {
        try check(.head, key)
        return try await base.head(key)
    }

    func read(_ key: String, in range: Range<UInt64>?) async throws(BlobError) -> ObjectBody? {
        try check(.get, key)
        return try await base.read(key, in: range)
    }

    func put(
        _ key: String,
        _ content: [ByteBuffer],
        _ condition: PutCondition
    ) async throws(BlobError) -> Bool {
        try check(.put, key)
        return try await base.put(key, content, condition)
    }

    func delete(_ keys: [String]) async throws(BlobError) {
        for key in keys { try check(.delete, key) }
        try await base.delete(keys)
    }

    func list(_ prefix: String, from token: String?) async throws(BlobError) -> ObjectPage {
        try check(.list, prefix)
        return try await base.list(prefix, from: token)
    }
}

extension ObjectStorage {
    /// All keys with a prefix, in order.
    func keys(_ prefix: String) async throws -> [String] {
        var keys: [String] = []
        try await forEachPage(of: prefix) { keys += $0.map(\.key) }
        return keys.sorted()
    }

    /// Changes one byte of an object.
    func damage(_ key: String, at offset: Int) async throws {
        guard var content = try await content(of: key, upTo: 1 << 30),
            let byte = content.getInteger(at: content.readerIndex + offset, as: UInt8.self)
        else { return }
        content.setInteger(byte ^ 1, at: content.readerIndex + offset)
        try await put(key, content)
    }
}
