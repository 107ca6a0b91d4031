// SPDX-License-Identifier: Apache-2.0
import BlobFiles
public import BlobStore
public import NIOCore
import Synchronization
public import SystemPackage

/// Keeps each object in a file of its own, in a folder of the local disk or of a network file system.
///
/// A file is written under another name, synchronized and renamed, so that a crash leaves a whole object
/// or none. What a writer that was killed has left behind is never listed, and ``removeLeftovers(olderThan:)``
/// removes it. The names are those that the Rust crate `object_store` uses, as are those of leftovers.
public final class FolderObjectStorage: ObjectStorage {
    private static let pieceByteCount = 256 << 10

    public let name: String
    public let requests = RequestCounter()
    private let folder: FilePath

    /// Opens a folder; it is made with the first object.
    public init(at path: FilePath) {
        folder = path
        name = "file://\(path)"
    }

    public func head(_ key: String) async throws(BlobError) -> ObjectInfo? {
        let path = try begin(.head, key)
        return try await Workers.run { () throws(BlobError) in
            try ObjectFiles.status(path).map { ObjectInfo(key: key, $0) }
        }
    }

    public func read(
        _ key: String,
        in range: Range<UInt64>?
    ) async throws(BlobError) -> ObjectBody? {
        let path = try begin(.get, key)
        let opened = try await Workers.run { () throws(BlobError) in
            try ObjectFiles.open(path).map { file throws(BlobError) in
                (file: file, size: try file.size())
            }
        }
        guard let (file, size) = opened else { return nil }
        let rest = Mutex((range ?? 0..<size).clamped(to: 0..<size))
        return ObjectBody(objectSize: size) { [requests] () throws(BlobError) in
            let wanted = rest.withLock { rest in
                let part = rest.prefix(Self.pieceByteCount)
                rest = part.endIndex..<rest.upperBound
                return part.startIndex..<part.endIndex
            }
            if wanted.isEmpty { return nil }
            try BlobError.checkCancellation()
            let bytes = try await Workers.run { () throws(BlobError) in
                try file.read(wanted.count, at: wanted.lowerBound)
            }
            requests.countReceived(bytes.readableBytes)
            return bytes.readableBytes > 0 ? bytes : nil
        }
    }

    public func put(
        _ key: String,
        _ content: [ByteBuffer],
        _ condition: PutCondition
    ) async throws(BlobError) -> Bool {
        let path = try begin(.put, key)
        requests.countSent(content.reduce(0) { $0 + $1.readableBytes })
        return try await Workers.run { () throws(BlobError) in
            try ObjectFiles.write(content, to: path, replacing: condition == .always)
        }
    }

    public func delete(_ keys: [String]) async throws(BlobError) {
        for key in keys {
            let path = try begin(.delete, key)
            try await Workers.run { () throws(BlobError) in try Folder.remove(path) }
        }
    }

    public func list(_ prefix: String, from token: String?) async throws(BlobError) -> ObjectPage {
        try BlobError.checkCancellation()
        requests.count(.list)
        let folder = folder
        return try await Workers.run { () throws(BlobError) in
            var walk = ObjectFolderWalk(folder, prefix, after: token)
            return try walk.page()
        }
    }

    public func removeLeftovers(olderThan age: Int64) async throws(BlobError) -> Int {
        let folder = folder
        return try await Workers.run { () throws(BlobError) in
            try ObjectFolderWalk.removeLeftovers(in: folder, from: WallClock.seconds - age)
        }
    }

    private func begin(_ kind: RequestKind, _ key: String) throws(BlobError) -> FilePath {
        try BlobError.checkCancellation()
        try ObjectKey.check(key)
        requests.count(kind)
        return folder.appending(key)
    }
}
