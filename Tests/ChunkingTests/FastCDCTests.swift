// SPDX-License-Identifier: Apache-2.0

import Chunking
import Testing

@Suite("FastCDC")
struct FastCDCTests {
    /// Cuts often, so that a few KiB show much.
    private let small: ChunkingParameters
    private let input: [UInt8]

    init() throws {
        small = try ChunkingParameters(minimum: 64, average: 256, maximum: 1024, normalization: 2)
        var numbers = RandomNumbers(seed: 1)
        input = numbers.bytes(8 << 10)
    }

    @Test private func `random inputs in random pieces are cut as defined`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("FastCDC against its definition: seed \(seed)")
        var numbers = RandomNumbers(seed: seed)
        for _ in 0..<300 {
            let parameters = try numbers.parameters()
            let values: UInt8 = try #require([1, 2, 3, 16, 255].randomElement(using: &numbers))
            let count = Int.random(in: 0...6000, using: &numbers)
            let input = numbers.bytes(count, values: values)
            let longest = try #require([1, 2, 7, 500, 3000].randomElement(using: &numbers))
            let pieces = (0..<count).map { _ in Int.random(in: 0...longest, using: &numbers) }
            let ends = FastCDC.ends(input, parameters, pieces: pieces)
            #expect(ends == ReferenceFastCDC(parameters: parameters).ends(input), "seed \(seed)")
        }
    }

    @Test(arguments: [64, 65])
    private func `an input may end anywhere`(minimum: Int) throws {
        let odd = try ChunkingParameters(minimum: minimum, average: 257, maximum: 1025)
        for count in 0...1500 {
            let input = Array(input.prefix(count))
            let ends = ReferenceFastCDC(parameters: odd).ends(input)
            #expect(FastCDC.ends(input, odd) == ends)
            #expect(FastCDC.ends(input, odd, pieces: repeatElement(1, count: count)) == ends)
        }
    }

    @Test private func `two pieces may part anywhere`() {
        let input = Array(input.prefix(1500))
        let ends = FastCDC.ends(input, small)
        for count in 0...input.count {
            #expect(FastCDC.ends(input, small, pieces: [count]) == ends)
        }
    }

    @Test private func `the last byte, left without a partner, does not cut`() throws {
        let starts = [0] + FastCDC.ends(input, small)
        let (start, end) = try #require(
            zip(starts, starts.dropFirst()).first { ($1 - $0).isMultiple(of: 2) && $1 - $0 < 1024 }
        )
        var cutter = FastCDC(small)
        let bytes = unsafe input.span.bytes
        // The byte at `end` is what cuts before it, but only if another byte follows.
        #expect(cutter.nextCut(in: bytes.extracting(start...end)) == nil)
        #expect(cutter.nextCut(in: bytes.extracting(start...end + 1)) == end - start)
        #expect(FastCDC.ends(Array(input[start...end]), small) == [end - start + 1])
    }

    @Test private func `lengths keep to the limits`() throws {
        var numbers = RandomNumbers(seed: 2)
        let ends = FastCDC.ends(input + numbers.bytes(20_000, values: 2), small)
        let lengths = zip(ends, [0] + ends).map { $0 - $1 }
        #expect(lengths.dropLast().allSatisfy { (small.minimum...small.maximum).contains($0) })
        #expect(try #require(lengths.last) <= small.maximum)
    }

    @Test private func `equal limits give equal lengths`() throws {
        let fixed = try ChunkingParameters(minimum: 1025, average: 1025, maximum: 1025)
        #expect(FastCDC.ends(Array(input.prefix(3000)), fixed) == [1025, 2050, 3000])
    }

    @Test private func `behind an edit the cuts are the same again`() {
        let ends = FastCDC.ends(input, small)
        let edited = Array(input.prefix(100)) + [1, 2, 3] + input.dropFirst(100)
        let same = Set(FastCDC.ends(edited, small).map { $0 - 3 }).intersection(ends)
        #expect(same.count > ends.count * 3 / 4)
    }

    @Test private func `a copy goes on by itself`() {
        let bytes = unsafe input.span.bytes
        var cutter = FastCDC(small)
        #expect(cutter.nextCut(in: bytes.extracting(first: 70)) == nil)
        var copy = cutter
        #expect(cutter.nextCut(in: bytes) == copy.nextCut(in: bytes))
    }

    @Test private func `the current chunk must be there from its beginning`() async {
        await #expect(processExitsWith: .failure) {
            var cutter = FastCDC()
            let zeros = [UInt8](repeating: 0, count: 150_000)
            let bytes = unsafe zeros.span.bytes
            _ = cutter.nextCut(in: bytes)
            _ = cutter.nextCut(in: bytes.extracting(droppingFirst: 1))
        }
    }
}
