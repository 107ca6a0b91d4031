// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobGRPC
import BlobStore
import BlobStoreTesting
import NIOCore
import Synchronization
import Testing

/// What happens when lines break, peers stall, or nobody waits any more.
@Suite struct TransportTests {
    /// A service whose bodies stop after the first piece, until the task is cancelled.
    private final class Stalling: WrappingBlobService {
        let base = MemoryBlobService()
        let begun = Atomic(0)
        let abandoned = Atomic(0)

        func read(_ digest: BLAKE3Digest, in range: ByteRange) async throws(BlobError) -> BlobBody?
        {
            guard let info = try await base.stat(digest) else { return nil }
            let isBegun = Once()
            return BlobBody(size: info.size) { [self] () throws(BlobError) in
                if isBegun.raise() { return ByteBuffer(repeating: 0, count: 1000) }
                begun.wrappingAdd(1, ordering: .relaxed)
                try? await Task.sleep(for: .seconds(60))
                abandoned.wrappingAdd(1, ordering: .relaxed)
                throw BlobError(.cancelled, "cancelled")
            }
        }
    }

    private final class Once: Sendable {
        private let isUp = Atomic(false)
        func raise() -> Bool { !isUp.exchange(true, ordering: .relaxed) }
    }

    /// Waits for something that must happen soon.
    private func wait(until isTrue: () -> Bool) async throws {
        let start = ContinuousClock.now
        while !isTrue() {
            try await Task.sleep(for: .milliseconds(10))
            try #require(start.duration(to: .now) < .seconds(120))
        }
    }

    private let zeros = ByteBuffer(repeating: 0, count: 3 << 20)

    @Test func `a server that stalls is given up`() async throws {
        let service = Stalling()
        let digest = try await service.put(zeros)
        var server = TestServer(service)
        server.clientOptions.stallTimeout = .milliseconds(300)
        server.clientOptions.retryCount = 0
        server.serverOptions.shutdownTimeout = .seconds(1)
        try await server.run { remote in
            let error = await #expect(throws: BlobError.self) {
                _ = try await remote.read(digest)?.collect(upTo: 4 << 20)
            }
            #expect(error?.code == .unavailable)
        }
    }

    @Test func `a cancelled read ends the call at the server`() async throws {
        let service = Stalling()
        let digest = try await service.put(zeros)
        try await TestServer(service).run { remote in
            let reader = Task { try await remote.read(digest)?.collect(upTo: 4 << 20) }
            try await wait { service.begun.load(ordering: .relaxed) > 0 }
            reader.cancel()
            let error = await #expect(throws: BlobError.self) { try await reader.value }
            #expect(error?.code == .cancelled)
            try await wait { service.abandoned.load(ordering: .relaxed) > 0 }
        }
    }

    @Test func `a body that is let go of ends the call at the server`() async throws {
        let service = Stalling()
        let digest = try await service.put(zeros)
        try await TestServer(service).run { remote in
            do { _ = try await remote.read(digest) }
            try await wait { service.abandoned.load(ordering: .relaxed) > 0 }
        }
    }

    @Test func `nobody at the other end is an error that names the address`() async throws {
        var options = GRPCClientOptions()
        options.retryCount = 1
        let address = try GRPCAddress(url: "grpc+unix:/nowhere/at-all.sock")
        let error = await #expect(throws: BlobError.self) {
            try await GRPCBlobService.connected(to: address, options) { remote in
                _ = try await remote.stat(BLAKE3Digest(hashing: zeros.readableBytesSpan))
            }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("/nowhere/at-all.sock") == true)
    }
}
