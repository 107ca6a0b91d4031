// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobGRPC
import BlobStore
import Foundation
import NIOCore
import Synchronization

private let smallSize = 1024

private func digests(_ path: String) throws -> [BLAKE3Digest] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
        guard let digest = BLAKE3Digest(String(line)) else { throw UsageError() }
        return digest
    }
}

/// Puts the blobs of a list in batches, and prints how long that took.
func putMany(_ server: GRPCAddress, _ runs: Int, _ path: String) async throws {
    let digests = try digests(path)
    let contents = digests.indices.map { index in
        var noise = Noise(seed: UInt64(index))
        return noise.take(smallSize)
    }
    try await GRPCBlobService.connected(to: server) { service in
        try await measure(runs) {
            let results = try await service.putMany(contents)
            for (digest, result) in zip(digests, results) {
                guard try result.get() == digest else { throw UsageError() }
            }
        }
    }
}

/// Gets the blobs of a list in batches, and prints how long that took.
func getMany(_ server: GRPCAddress, _ runs: Int, _ path: String) async throws {
    let digests = try digests(path)
    try await GRPCBlobService.connected(to: server) { service in
        let byteCount = Mutex(0)
        try await measure(runs) {
            byteCount.withLock { $0 = 0 }
            try await service.getMany(digests) { _, content in
                byteCount.withLock { $0 += content?.readableBytes ?? 0 }
            }
        }
        print("bytes \(byteCount.withLock { $0 })")
    }
}
