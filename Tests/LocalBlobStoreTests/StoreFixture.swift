// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import BlobStoreTesting
import Foundation
import LocalBlobStore
import NIOCore
import SystemPackage
import Testing

/// A store in a folder of its own, and the means to damage it.
struct StoreFixture: Sendable {
    private let folder: TemporaryFolder
    let path: FilePath

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path.appending("store")
    }

    func open(_ options: LocalStoreOptions = LocalStoreOptions()) async throws -> LocalBlobService {
        try await LocalBlobService(at: path, options: options)
    }

    /// Puts blobs with a service that is closed afterwards.
    func put(_ blobs: TestBlob..., options: LocalStoreOptions = LocalStoreOptions()) async throws {
        let service = try await open(options)
        for blob in blobs { #expect(try await service.put(blob.content) == blob.digest) }
    }

    var packs: [FilePath] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: path.appending("packs").string)
                .sorted().map { path.appending("packs").appending($0) }
        }
    }

    func contents(of file: FilePath) throws -> Data {
        try Data(contentsOf: URL(filePath: file.string))
    }

    func write(_ data: Data, to file: FilePath) throws {
        try data.write(to: URL(filePath: file.string))
    }

    /// Changes one bit of a file.
    func flipBit(of file: FilePath, at offset: Int) throws {
        var data = try contents(of: file)
        data[offset] ^= 1
        try write(data, to: file)
    }

    /// Returns where bytes occur in the only pack.
    func offset(of bytes: ByteBuffer) throws -> Int {
        let data = try contents(of: try #require(try packs.first))
        return try #require(data.range(of: Data(bytes.readableBytesView))).lowerBound
    }

    func removeIndex() throws {
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path.string + "/index.sqlite" + suffix)
        }
    }
}

/// Reads a whole blob, or returns `nil` if it is absent.
func bytes(of blob: TestBlob, in service: some BlobService) async throws -> ByteBuffer? {
    try await service.read(blob.digest)?.collect(upTo: 1 << 30)
}

extension BLAKE3Digest {
    /// The 32 bytes.
    var data: Data { withBytes { unsafe $0.withUnsafeBytes { unsafe Data($0) } } }
}
