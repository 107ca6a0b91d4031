// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import BlobStoreTesting
import NIOCore
import Synchronization
import Testing

/// Fails once, and would take everything afterwards.
private struct StumblingService: WrappingBlobService {
    let base = MemoryBlobService()
    let sink = StumblingSink()

    func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink { sink }
}

private final class StumblingSink: BlobSink {
    let calls = Mutex<[String]>([])

    func append(_ bytes: ByteBuffer) async throws(BlobError) {
        let isFirst = calls.withLock { calls in
            calls.append("append")
            return calls.count == 1
        }
        if isFirst { throw BlobError(.unavailable, "on purpose") }
    }

    func commit(_ blob: VerifiedBlob) async throws(BlobError) {
        calls.withLock { $0.append("commit") }
    }

    func abort() { calls.withLock { $0.append("abort") } }
}

@Test(arguments: [100, 1 << 20])
private func `a writer that has failed commits nothing`(size: Int) async throws {
    let service = StumblingService()
    let blob = TestBlob(size: size)
    var writer = try await BlobWriter(to: service)
    do {
        try await writer.write(blob.content)
        Issue.record("nothing failed")
    } catch {
        #expect(error.code == .unavailable)
    }
    do {
        try await writer.write(blob.content)
        Issue.record("a write after a failure")
    } catch {
        #expect(error.code == .refused)
    }
    do {
        _ = try await writer.finish()
        Issue.record("a commit after a failure")
    } catch {
        #expect(error.code == .refused)
    }
    #expect(service.sink.calls.withLock { $0 } == ["append", "abort"])
}

@Test private func `a body of one service can be put into another`() async throws {
    let (from, to) = (MemoryBlobService(), MemoryBlobService())
    let blob = TestBlob(size: 3 << 20)
    _ = try await from.put(blob.content)
    let body = try #require(try await from.read(blob.digest))
    #expect(try await to.put(body) == blob.digest)
}
