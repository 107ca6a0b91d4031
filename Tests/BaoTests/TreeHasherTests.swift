// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Hasher of trees")
struct TreeHasherTests {
    private static let seed = UInt64.random(in: .min ... .max)

    @Test(arguments: [0, 1, 4])
    func `has the digest and the list of the reference`(log: Int) {
        for byteCount in ReferenceBao.edgeLengths {
            let reference = ReferenceBao(Inputs.counting(byteCount))
            check(reference, log, [byteCount], "\(byteCount) bytes at once")
            check(
                reference,
                log,
                Self.steps(1024 << log, byteCount),
                "groups of \(byteCount) bytes"
            )
            check(reference, log, Self.steps(1000, byteCount), "thousands of \(byteCount) bytes")
        }
    }

    @Test(arguments: [0, 1, 4, 10])
    func `does not care how the input is cut`(log: Int) {
        var random = RandomNumbers(seed: Self.seed)
        for _ in 0..<60 {
            let reference = ReferenceBao(random.bytes(random.edgeLength(upTo: 70 * 1024)))
            var steps: [Int] = []
            var rest = reference.bytes.count
            while rest > 0 {
                let step = min(rest, random.edgeLength(upTo: 1024 << Int.random(in: 0...6)))
                steps.append(step)
                rest -= step
            }
            check(reference, log, steps, "\(steps), seed \(Self.seed)")
        }
    }

    @Test(arguments: Vectors.official.blobs)
    func `has the digest of other implementations`(blob: Vectors.Blob) {
        let input = Inputs.counting(blob.byteCount)
        var hasher = TreeHasher()
        hasher.update(unsafe input.span.bytes)
        #expect(hasher.finalize().description == blob.digest)
    }

    @Test func `counts bytes to the end and beyond`() {
        for byteCount in [0, 1, 1024, 1025, 2048, 5000] {
            let input = Inputs.counting(byteCount)
            var hasher = TreeHasher(groupSize: .chunk)
            hasher.update(unsafe input.span.bytes)
            #expect(hasher.byteCount == UInt64(byteCount))
            _ = hasher.finalize()
            #expect(hasher.byteCount == UInt64(byteCount))
        }
    }

    private func check(
        _ reference: ReferenceBao,
        _ log: Int,
        _ steps: [Int],
        _ comment: Comment
    ) {
        var hasher = TreeHasher(groupSize: .log(log))
        var list: [UInt8] = []
        var start = 0
        for step in steps {
            hasher.update(unsafe reference.bytes.span.bytes.extracting(start..<start + step))
            start += step
            #expect(hasher.byteCount == UInt64(start), comment)
            if step.isMultiple(of: 2) { list += hasher.takeValues().flatMap(\.array) }
        }
        #expect(hasher.finalize().description == reference.digest.hex, comment)
        list += hasher.takeValues().flatMap(\.array)
        #expect(list == reference.list(groupLog: log), comment)
        #expect(hasher.takeValues() == [], comment)
    }

    private static func steps(_ length: Int, _ byteCount: Int) -> [Int] {
        stride(from: 0, to: byteCount, by: length).map { min(length, byteCount - $0) }
    }
}
