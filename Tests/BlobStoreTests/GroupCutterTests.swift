// SPDX-License-Identifier: Apache-2.0
import Bao
import BlobStore
import BlobStoreTesting
import NIOCore
import Testing

/// Content comes out as it went in, in whole groups.
@Suite struct GroupCutterTests {
    private static let group = 16 << 10

    @Test(arguments: [[1], [1000, 70_000], [16 << 10], [(16 << 10) + 1, 3], [1 << 20]])
    func `pieces of any size come out as whole groups`(sizes: [Int]) {
        let blob = TestBlob(size: 5 * Self.group + 100, seed: 3)
        var cutter = GroupCutter(HashTree(size: UInt64(blob.size)), 0..<UInt64(blob.size))
        var output = ByteBuffer()
        for piece in blob.pieces(of: sizes) {
            cutter.append(piece)
            while var groups = cutter.next() {
                #expect(output.readableBytes.isMultiple(of: Self.group))
                output.writeBuffer(&groups)
                #expect(cutter.position == UInt64(output.readableBytes))
            }
        }
        #expect(output == blob.content && cutter.isComplete && !cutter.hasExcess)
        #expect(cutter.next() == nil)
    }

    @Test func `groups end at the limit`() {
        let range = UInt64(Self.group)..<UInt64(4 * Self.group)
        var cutter = GroupCutter(HashTree(size: UInt64(5 * Self.group)), range)
        cutter.append(ByteBuffer(repeating: 1, count: 3 * Self.group))
        let limit = UInt64(2 * Self.group)
        #expect(cutter.next(upTo: limit)?.readableBytes == Self.group)
        #expect(cutter.position == limit)
        #expect(cutter.next()?.readableBytes == 2 * Self.group)
        #expect(cutter.isComplete)
    }

    @Test func `what is too much or too little is noticed`() {
        let size = UInt64(Self.group + 10)
        var cutter = GroupCutter(HashTree(size: size), 0..<size)
        cutter.append(ByteBuffer(repeating: 1, count: Self.group + 5))
        #expect(cutter.next()?.readableBytes == Self.group)
        #expect(cutter.next() == nil && !cutter.isComplete)
        #expect(cutter.contentEnd == size - 5)
        cutter.append(ByteBuffer(repeating: 1, count: 6))
        #expect(cutter.next()?.readableBytes == 10)
        #expect(cutter.isComplete && cutter.hasExcess)
    }
}
