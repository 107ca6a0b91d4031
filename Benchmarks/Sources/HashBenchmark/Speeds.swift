// SPDX-License-Identifier: Apache-2.0

@_spi(Kernels) import BLAKE3
import Measuring

/// Our own figures, without a target.
func printSpeeds(_ report: Report) {
    let cached = Input(256 << 10)
    let large = Input(64 << 20)
    report.heading("Kernels, one thread: 256 KiB in cache, 64 MiB in memory")
    for kernel in BLAKE3Kernel.supported {
        let inCache = (0..<31).map { _ in threadTime { _ = cached.hash(on: kernel) } }
        let inMemory = (0..<5).map { _ in threadTime { _ = large.hash(on: kernel) } }
        report.line(
            kernel.rawValue,
            "\(speed(256 << 10, inCache.median)), \(speed(64 << 20, inMemory.median))"
        )
    }
    report.heading("Incrementally, one thread: 256 KiB in cache, 64 MiB in memory")
    for pieceByteCount in [100, 1000, 4 << 10, 16 << 10, 64 << 10, 100_000, 1 << 20] {
        let inCache = (0..<31).map { _ in
            threadTime { _ = cached.hash(inPiecesOf: pieceByteCount) }
        }
        let inMemory = (0..<5).map { _ in
            threadTime { _ = large.hash(inPiecesOf: pieceByteCount) }
        }
        report.line(
            "pieces of \(pieceByteCount) B",
            "\(megabytes(256 << 10, inCache.median)), \(megabytes(64 << 20, inMemory.median))"
        )
    }
}

private func megabytes(_ byteCount: Int, _ nanoseconds: Double) -> String {
    "\(Int(Double(byteCount) / nanoseconds * 1000)) MB/s"
}
