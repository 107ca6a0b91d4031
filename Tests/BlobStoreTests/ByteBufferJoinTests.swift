// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import Testing

@Suite struct ByteBufferJoinTests {
    @Test func `many small parts are not copied with each other`() {
        var all = ByteBuffer(integer: UInt8(0))
        var growthCount = 0
        for index in 1..<10_000 {
            let before = all.capacity
            all.join(ByteBuffer(integer: UInt8(index & 255)))
            if all.capacity != before { growthCount += 1 }
        }
        #expect(growthCount < 20)
        #expect(Array(all.readableBytesView) == (0..<10_000).map { UInt8($0 & 255) })
    }

    @Test func `what has been read is given up`() {
        var all = ByteBuffer(repeating: 1, count: 1 << 20)
        all.moveReaderIndex(forwardBy: 1 << 20 - 10)
        all.join(ByteBuffer(repeating: 2, count: 10))
        #expect(all.capacity < 1000)
        #expect(all == ByteBuffer(bytes: [1, 2].flatMap { [UInt8](repeating: $0, count: 10) }))
    }

    @Test func `what others share is not changed`() {
        let shared = ByteBuffer(string: "abc")
        var all = shared
        all.join(ByteBuffer(string: "def"))
        #expect(String(buffer: shared) == "abc" && String(buffer: all) == "abcdef")
    }
}
