// SPDX-License-Identifier: Apache-2.0

// Measures encoding and verifying beside plain hashing of the same bytes, all in memory on one thread,
// and how fast an outboard is made of a list of chaining values. Thread CPU time, in turn, medians.

import BLAKE3
import Bao
import Measuring

let byteCount = 256 << 20
let input = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
    for index in 0..<byteCount { buffer[index] = UInt8(truncatingIfNeeded: index % 251) }
    count = byteCount
}
let forms: [(String, BaoForm)] = [
    ("pairs (bao-tree, iroh)", .parents), ("one value per node", .siblings),
    ("two-level list", .lists(runLog: 10)), ("list", .list),
]
let outboard = try hashTree(input.span.bytes)
let hashes = OutboardHashes(of: outboard)

var report = Report()

/// Times `work` in turn with plain hashing and reports the ratio of the speeds.
@MainActor
func compare(_ name: String, isGoal: Bool = true, _ work: () throws -> Void) rethrows {
    if CommandLine.arguments.count > 1, CommandLine.arguments[1] != name { return }
    var ratios: [Double] = []
    var times: [Double] = []
    for _ in 0..<9 {
        let plain = threadTime { keep(BLAKE3Digest(hashing: input.span.bytes)) }
        let time = try threadTime(work)
        times.append(time)
        ratios.append(plain / time)
    }
    if isGoal {
        report.target(name, ratios.median, atLeast: 0.9, speed(byteCount, times.median))
    } else {
        report.line(name, "      \(ratios.median.twoDigits)x")
    }
}

@inline(never)
@_optimize(none)
func keep<T>(_ value: T) {}

report.heading("256 MiB in memory, one thread, groups of 16 KiB, to plain hashing")
try compare("digest and outboard at once") { keep(try hashTree(input.span.bytes)) }
for (name, form) in forms {
    try compare("encode, \(name)") {
        var count = 0
        try encode(input.span.bytes, outboard, hashes, form) { count += $0.byteCount }
        keep(count)
    }
    try compare("  the same, and copied", isGoal: false) {
        keep(try encodeIntoBuffer(input.span.bytes, outboard, hashes, form))
    }
    var encoding: [UInt8] = []
    encoding.reserveCapacity(byteCount + byteCount / 200)
    try encode(input.span.bytes, outboard, hashes, form) { part in
        part.withUnsafeBytes { encoding.append(contentsOf: $0) }
    }
    try compare("verify, \(name)") { keep(try decode(encoding.span.bytes, outboard, form)) }
}

report.heading("Outboard of 16 GiB from the list of chaining values")
let groupCount = 1 << 20
let list = Array(repeating: outboard.listBytes, count: groupCount / Int(outboard.tree.groupCount))
    .flatMap(\.self)
let large = HashTree(size: UInt64(groupCount) << 14)
let digest = try largeDigest()
var stored: [UInt8] = []
stored.reserveCapacity(Int(large.outboardByteCount))
var times: [Double] = []
for _ in 0..<9 {
    times.append(
        try threadTime {
            stored.removeAll(keepingCapacity: true)
            try Outboard(digest, large, list: list.span.bytes).appendBytes(to: &stored)
        }
    )
}
report.target(
    "list to checked pre-order outboard",
    Double(groupCount) / times.median * 1000,
    atLeast: 10,
    unit: " million groups/s",
    ""
)
print(report.isPass ? "\nPASS" : "\nBELOW")

/// The digest that the repeated list leads to.
func largeDigest() throws -> BLAKE3Digest {
    var values = outboard.values(for: outboard.groups) ?? []
    values = Array(repeating: values, count: groupCount / values.count).flatMap(\.self)
    let children = BLAKE3Tree.children(over: values)
    return BLAKE3Tree.root(of: children.left, children.right)
}
