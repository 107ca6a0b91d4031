// SPDX-License-Identifier: Apache-2.0

// Compares this package's BLAKE3 with the official implementation in one run.
//
// Arguments: the Python interpreter that has the package `blake3`, the script to run with it and, if
// there is one, the program that calls the official Rust crate. Both sides measure thread CPU time,
// in turn (A B A B …); a ratio is official time over ours, the median of those of all rounds.

@_spi(Kernels) import BLAKE3
import Measuring

let arguments = CommandLine.arguments.dropFirst()
guard let python = arguments.first, let script = arguments.dropFirst().first else {
    fatalError("usage: hash-benchmark PYTHON SCRIPT [RUST-PROGRAM]")
}
let binding = try Peer(name: "Python binding", command: python, [script])
let crate = try arguments.dropFirst(2).first.map { try Peer(name: "Rust crate", command: $0) }

var report = Report()
try compareLarge(with: binding, &report)
try compareSmall(binding: binding, crate: crate, &report)
printSpeeds(report)
print(report.isPass ? "\nPASS" : "\nBELOW")
