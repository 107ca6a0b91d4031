// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import Testing

@testable import BlobGRPC

/// What goes through a pipe, and who waits for whom.
@Suite struct BytePipeTests {
    private static func bytes(_ range: Range<UInt8>) -> ByteBuffer {
        ByteBuffer(bytes: Array(range))
    }

    @Test func `buffers come whole, or as many bytes as are wanted`() async throws {
        let pipe = BytePipe(limit: 1000)
        for range in [0..<10, 10..<40, 40..<100] as [Range<UInt8>] {
            try await pipe.send(Self.bytes(range))
        }
        pipe.finish(.success(()))
        #expect(try await pipe.receive() == Self.bytes(0..<10))
        let parts = try await pipe.receive(upTo: 50)
        #expect(parts == [Self.bytes(10..<40), Self.bytes(40..<60)])
        #expect(try await pipe.receive(upTo: 50) == [Self.bytes(60..<100)])
        #expect(try await pipe.receive(upTo: 50) == nil)
        #expect(try await pipe.receive() == nil)
    }

    @Test func `an error comes after what was sent before it`() async throws {
        let pipe = BytePipe(limit: 1000)
        try await pipe.send(Self.bytes(0..<10))
        pipe.finish(.failure(BlobError(.corrupt, "wrong")))
        #expect(try await pipe.receive() == Self.bytes(0..<10))
        await #expect(throws: BlobError.self) { try await pipe.receive() }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a sender waits for room, and finds out that nobody reads`() async throws {
        let pipe = BytePipe(limit: 10)
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var count = 0
                do {
                    while true {
                        try await pipe.send(Self.bytes(0..<10))
                        count += 1
                    }
                } catch let error as BlobError where error.code == .cancelled {
                    return count
                }
            }
            for _ in 0..<100 { #expect(try await pipe.receive(upTo: 10)?.count == 1) }
            pipe.close()
            // One at most was on the way when it was closed.
            let sent = try await group.next()
            #expect((99...101).contains(sent ?? 0))
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a receiver that is cancelled ends`() async throws {
        let pipe = BytePipe(limit: 10)
        await #expect(throws: BlobError.self) {
            try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
                group.addTask { try await pipe.receive() }
                group.cancelAll()
                _ = try await group.next()
            }
        }
    }

    @Test(arguments: [(0, 0), (1, 1), (64, 1), (65, 2), (128, 2), (129, 3), (1000, 16)])
    func `messages are as few as possible and about as large as each other`(size: Int, count: Int) {
        let content = ByteBuffer(repeating: 7, count: size)
        var rest = content
        let parts = rest.readMessageParts(upTo: 64)
        #expect(parts.count == count && rest.readableBytes == 0)
        #expect(parts.reduce(0) { $0 + $1.readableBytes } == size)
        let sizes = parts.map(\.readableBytes)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= count)
        #expect((sizes.max() ?? 0) <= 64)
    }
}
