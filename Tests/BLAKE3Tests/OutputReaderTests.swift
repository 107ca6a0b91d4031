// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Testing

@Suite("Extended output")
struct OutputReaderTests {
    private let reference = ReferenceBLAKE3().output(of: [1, 2, 3], byteCount: 1000)

    private var reader: BLAKE3OutputReader {
        var hasher = BLAKE3Hasher()
        hasher.update([1, 2, 3])
        return hasher.makeOutputReader()
    }

    @Test func `reads follow each other`() {
        var reader = reader
        var output: [UInt8] = []
        for count in [0, 1, 62, 1, 1, 64, 65, 200, 606] {
            output += reader.read(count)
            #expect(reader.position == UInt64(output.count))
        }
        #expect(output == reference)
    }

    @Test(arguments: [0, 1, 63, 64, 65, 500])
    func `any position can be read`(position: Int) {
        var reader = reader
        reader.position = UInt64(position)
        #expect(reader.read(131) == Array(reference[position..<position + 131]))
    }

    @Test func `an output span is filled from where it is`() {
        var reader = reader
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
        defer { unsafe memory.deallocate() }
        var output = unsafe OutputRawSpan(buffer: memory, initializedCount: 0)
        output.append(UInt8(9))
        reader.read(into: &output)
        #expect(unsafe output.finalize(for: memory) == 100)
        #expect(unsafe Array(memory) == [9] + reference.prefix(99))
    }

    @Test func `the far end can be read`() {
        var reader = reader
        reader.position = .max - 10
        #expect(reader.read(10).count == 10)
        #expect(reader.position == .max)
    }
}
