// SPDX-License-Identifier: Apache-2.0

// Measures how fast cuts are found in 256 MiB of random bytes, which no cache holds, and next to it
// how fast the same bytes can be read at all. Thread CPU time, in turn, medians.

import Chunking
import Measuring

let byteCount = 256 << 20
let input = randomBytes(byteCount)
let sizes = [(128, 256, 512), (64, 256, 1024), (32, 64, 128), (8, 16, 32)]

var report = Report()
report.heading("256 MiB in memory, one thread")
for (minimum, average, maximum) in sizes {
    let parameters = try ChunkingParameters(
        minimum: minimum << 10,
        average: average << 10,
        maximum: maximum << 10
    )
    var cutting: [Double] = []
    var reading: [Double] = []
    var chunkCount = 0
    for _ in 0..<15 {
        cutting.append(threadTime { chunkCount = countChunks(input.span.bytes, parameters) })
        reading.append(threadTime { keep(sum(input.span.bytes)) })
    }
    report.target(
        "\(minimum)/\(average)/\(maximum) KiB",
        Double(byteCount) / cutting.median,
        atLeast: 3,
        unit: " GB/s",
        "\(chunkCount) chunks; \((reading.median / cutting.median).twoDigits) of the speed of "
            + "reading, \(speed(byteCount, reading.median))"
    )
}
print(report.isPass ? "\nPASS" : "\nBELOW")
