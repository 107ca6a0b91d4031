// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import Foundation
import NIOCore
import Synchronization
import SystemPackage

/// Content that is kept until it has been checked as a whole: in memory, or in a file without a name if
/// it is large.
struct Spool: Sendable {
    private static let pieceSize = 256 << 10

    private let memoryLimit: Int
    private let folder: String?
    private var pieces: [ByteBuffer] = []
    private var file: SpoolFile?
    private var hasher = BLAKE3Hasher()

    init(_ options: GRPCClientOptions) {
        memoryLimit = options.memorySpoolLimit
        folder = options.spoolFolder
    }

    var byteCount: UInt64 { hasher.byteCount }

    /// The digest of what has come.
    var digest: BLAKE3Digest { hasher.finalize() }

    mutating func append(_ bytes: ByteBuffer) throws(BlobError) {
        if file == nil, byteCount + UInt64(bytes.readableBytes) > UInt64(memoryLimit) {
            let file = try SpoolFile(in: folder)
            var offset: UInt64 = 0
            for piece in pieces {
                try file.write(piece, at: offset)
                offset += UInt64(piece.readableBytes)
            }
            pieces = []
            self.file = file
        }
        if let file {
            try file.write(bytes, at: byteCount)
        } else if let last = pieces.indices.last, pieces[last].readableBytes < Self.pieceSize {
            // A buffer for each small message would take more memory than its bytes.
            pieces[last].writeImmutableBuffer(bytes)
        } else {
            pieces.append(bytes)
        }
        hasher.update(bytes.readableBytesSpan)
    }

    /// Opens a part of the content.
    func body(_ wanted: Range<UInt64>) -> BlobBody {
        guard let file else {
            var start: UInt64 = 0
            let parts = pieces.compactMap { piece in
                defer { start += UInt64(piece.readableBytes) }
                return piece.part(wanted, at: start)
            }
            return BlobBody(size: byteCount, pieces: parts)
        }
        let starts = stride(from: wanted.lowerBound, to: wanted.upperBound, by: Self.pieceSize)
        let places = Places(starts)
        return BlobBody(size: byteCount) { () throws(BlobError) in
            guard let start = places.next() else { return nil }
            let end = min(start + UInt64(Self.pieceSize), wanted.upperBound)
            return try file.read(start..<end)
        }
    }

    private final class Places: Sendable {
        private let rest: Mutex<StrideTo<UInt64>.Iterator>

        init(_ starts: StrideTo<UInt64>) { rest = Mutex(starts.makeIterator()) }

        func next() -> UInt64? { rest.withLock { $0.next() } }
    }
}

/// A temporary file that nobody else sees.
private final class SpoolFile: Sendable {
    private let descriptor: SystemPackage.FileDescriptor
    private let folder: String

    init(in folder: String?) throws(BlobError) {
        let folder = folder ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        self.folder = folder
        let name = "blobstore-\(UInt64.random(in: .min ... .max))"
        let path = SystemPackage.FilePath(folder).appending(name)
        do {
            descriptor = try SystemPackage.FileDescriptor.open(
                path,
                .readWrite,
                options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
                permissions: [.ownerReadWrite]
            )
            try? FileManager.default.removeItem(atPath: path.string)
        } catch {
            throw BlobError(.refused, "\(path): cannot keep what has to be checked", cause: error)
        }
    }

    func write(_ bytes: ByteBuffer, at offset: UInt64) throws(BlobError) {
        do {
            _ = try unsafe bytes.withUnsafeReadableBytes { memory in
                try unsafe descriptor.writeAll(toAbsoluteOffset: Int64(offset), memory)
            }
        } catch {
            throw BlobError(.refused, "\(folder): no room for what has to be checked", cause: error)
        }
    }

    func read(_ range: Range<UInt64>) throws(BlobError) -> ByteBuffer {
        var bytes = ByteBuffer()
        do {
            while bytes.readableBytes < range.count {
                let rest = range.count - bytes.readableBytes
                let offset = Int64(range.lowerBound) + Int64(bytes.readableBytes)
                let count = try unsafe bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: rest)
                {
                    memory in
                    try unsafe descriptor.read(
                        fromAbsoluteOffset: offset,
                        into: UnsafeMutableRawBufferPointer(rebasing: memory[..<rest])
                    )
                }
                guard count > 0 else { throw BlobError(.unavailable, "\(folder): lost a file") }
            }
        } catch {
            throw BlobError(.unavailable, "\(folder): cannot read what was kept", cause: error)
        }
        return bytes
    }

    deinit { try? descriptor.close() }
}
