// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import NIOCore
import Synchronization
import Testing

/// A service whose sinks refuse the second piece.
private struct FullService: WrappingBlobService {
    let base = MemoryBlobService()

    func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        Sink(try await base.makeSink(hint))
    }

    private final class Sink: BlobSink {
        private let base: any BlobSink
        private let count = Atomic(0)

        init(_ base: any BlobSink) { self.base = base }

        func append(_ bytes: ByteBuffer) async throws(BlobError) {
            if count.add(1, ordering: .relaxed).newValue == 2 { throw BlobError(.refused, "full") }
            try await base.append(bytes)
        }

        func commit(_ blob: VerifiedBlob) async throws(BlobError) { try await base.commit(blob) }

        func abort() { base.abort() }
    }
}

@Test(arguments: [100, 200_000])
private func `a writer that has failed stays failed`(size: Int) async throws {
    let service = FullService()
    var writer = try await BlobWriter(to: service)
    let piece = TestBlob(size: size).content
    try await writer.write(piece)
    await expectRefusal { () throws(BlobError) in try await writer.write(piece) }
    await expectRefusal { () throws(BlobError) in try await writer.write(piece) }
    do throws(BlobError) {
        _ = try await writer.finish()
        Issue.record("a failed writer was finished")
    } catch {
        #expect(error.code == .refused)
    }
    #expect(try await service.base.list(after: nil, limit: 10).isEmpty)
}

private func expectRefusal(_ body: () async throws(BlobError) -> Void) async {
    do throws(BlobError) {
        try await body()
        Issue.record("no error")
    } catch {
        #expect(error.code == .refused)
    }
}

@Test private func `nothing comes out of a body after an error`() async throws {
    let count = Atomic(0)
    let body = BlobBody(size: 3) { () throws(BlobError) in
        if count.add(1, ordering: .relaxed).newValue == 2 { throw BlobError(.corrupt, "damaged") }
        return ByteBuffer(string: "a")
    }
    var iterator = body.makeAsyncIterator()
    #expect(try await iterator.next() != nil)
    for _ in 0..<2 {
        do throws(BlobError) {
            _ = try await iterator.next()
            Issue.record("bytes after an error")
        } catch {
            #expect(error.code == .corrupt)
        }
    }
}
