// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import BlobStoreTesting
import Foundation
import Glibc
import NIOCore
import Synchronization
import SystemPackage
import Testing

@testable import BlobStoreCommand

@Suite struct ResumableDownloadTests {
    private let workplace: Workplace
    private let blob = TestBlob(size: 3_000_000, seed: 40)
    private let base = MemoryBlobService()
    private var partialName: String { ".blobstore-\(blob.digest).partial" }

    init() async throws {
        workplace = try Workplace()
        _ = try await base.put(blob.content)
    }

    private func get(from service: any BlobService) async throws {
        let download = BlobDownload(
            service: service,
            digest: blob.digest,
            size: UInt64(blob.content.readableBytes),
            isRemote: true,
            progress: Progress("get")
        )
        try await ResumableDownload(download: download).copy(to: workplace.path.appending("out"))
    }

    @Test func `only what has not come is read`() async throws {
        let lost = BlobError(.unavailable, "lost")
        await #expect(throws: BlobError.self) {
            try await get(from: LosingService(base: base, after: 2_000_000, lost))
        }
        #expect(try workplace.names() == [partialName])
        let service = RecordingService(base: base)
        try await get(from: service)
        #expect(try workplace.read("out") == blob.content)
        #expect(try workplace.names() == ["out"])
        let ranges = service.ranges
        #expect(ranges.count == 1)
        let start = try #require(ranges.first?.lowerBound)
        #expect(start >= 900_000 && start <= 2_000_000, "\(start)")
    }

    @Test func `a partial file that is damaged does no harm`() async throws {
        for damaged in [0..<1, 20_000..<20_001, 1_000_000..<2_500_000, 0..<3_000_000] {
            var content = blob.content
            content.setBytes([UInt8](repeating: 0x55, count: damaged.count), at: damaged.lowerBound)
            try workplace.write(content, to: partialName)
            let service = RecordingService(base: base)
            try await get(from: service)
            #expect(try workplace.read("out") == blob.content)
            #expect(try workplace.names() == ["out"])
            let byteCount = service.ranges.reduce(0) {
                $0 + ($1.upperBound ?? 3_000_000) - $1.lowerBound
            }
            #expect(byteCount <= damaged.count + 2 * 16_384)
        }
    }

    @Test(arguments: [0, 1, 100, 2_999_999, 3_000_000, 3_000_001, 5_000_000])
    func `a partial file of any length is gone on with`(length: Int) async throws {
        var content = ByteBuffer(blob.content.readableBytesView.prefix(length))
        content.writeRepeatingByte(7, count: max(0, length - 3_000_000))
        try workplace.write(content, to: partialName)
        try await get(from: base)
        #expect(try workplace.read("out") == blob.content)
        #expect(try workplace.names() == ["out"])
    }

    @Test func `without hashes a partial file is begun anew`() async throws {
        try workplace.write(ByteBuffer(repeating: 1, count: 2_000_000), to: partialName)
        try await get(from: HashlessService(base: base))
        #expect(try workplace.read("out") == blob.content)
    }

    @Test func `what is not a partial file of ours is left alone`() async throws {
        let mine = try workplace.write("precious", to: "mine").string
        let path = workplace.path.appending(partialName).string
        for prepare in [
            { try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: mine) },
            { #expect(unsafe link(mine, path) == 0) },
            { #expect(unsafe mkfifo(path, 0o600) == 0) },
            { #expect(unsafe mkdir(path, 0o700) == 0) },
        ] as [() throws -> Void] {
            try prepare()
            try await get(from: base)
            #expect(try workplace.read("out") == blob.content)
            #expect(try workplace.read("mine") == ByteBuffer(string: "precious"))
            #expect(try workplace.names() == [partialName, "mine", "out"])
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func `two processes do not work on one partial file`() async throws {
        let folder = try OutputFolder(workplace.path)
        let partial = try PartialFile(of: blob.digest, in: folder)
        defer { try? partial.descriptor.close() }
        #expect(throws: PartialFile.Unusable.self) {
            try PartialFile(of: blob.digest, in: folder)
        }
        try await get(from: base)
        #expect(try workplace.read("out") == blob.content)
    }
}

/// Loses its connection after a number of bytes.
private struct LosingService: WrappingBlobService {
    let base: MemoryBlobService
    let limit: Int
    let error: BlobError

    init(base: MemoryBlobService, after limit: Int, _ error: BlobError) {
        (self.base, self.limit, self.error) = (base, limit, error)
    }

    func read(_ digest: BLAKE3Digest, in range: ByteRange) async throws(BlobError) -> BlobBody? {
        guard let body = try await base.read(digest, in: range) else { return nil }
        let rest = try await body.collect(upTo: .max)
        let state = Mutex(rest)
        let end = rest.readableBytes - limit
        return BlobBody(size: body.size) { [error] () throws(BlobError) in
            guard
                let piece = state.withLock({
                    $0.readableBytes > end ? $0.readSlice(length: 50_000) : nil
                })
            else { throw error }
            return piece
        }
    }
}

/// Remembers what is read.
private final class RecordingService: WrappingBlobService {
    let base: MemoryBlobService
    private let recorded = Mutex<[ByteRange]>([])
    var ranges: [ByteRange] { recorded.withLock { $0 } }

    init(base: MemoryBlobService) { self.base = base }

    func read(_ digest: BLAKE3Digest, in range: ByteRange) async throws(BlobError) -> BlobBody? {
        recorded.withLock { $0.append(range) }
        return try await base.read(digest, in: range)
    }
}

/// Has no hashes.
private struct HashlessService: WrappingBlobService {
    let base: MemoryBlobService

    func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? { nil }
}
