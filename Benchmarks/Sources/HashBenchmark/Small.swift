// SPDX-License-Identifier: Apache-2.0

import Measuring

/// Inputs that stay in the second-level cache.
///
/// A call of the Python binding costs several times what hashing 64 bytes does, so what it costs is
/// taken off in two ways, of which the first decides when it can be had:
/// 1. The official Rust crate is called directly, one whole call against one whole call.
/// 2. The time of the binding for 1 to 16 blocks of 64 bytes is a line: its slope is the official
///    time for a block, its intercept the cost of a call, which is subtracted for all sizes. Our side
///    is whole calls, so that this way is the harder one for us.
func compareSmall(binding: Peer, crate: Peer?, _ report: inout Report) throws {
    let callTime = try fitCallTime(of: binding)
    report.heading(
        "In cache, one thread; a call of the binding takes \(Int(callTime)) ns by itself"
    )
    for byteCount in [64, 1 << 10, 2 << 10, 3 << 10, 4 << 10, 8 << 10, 16 << 10, 256 << 10] {
        let input = Input(byteCount)
        let count = max(20, 4_000_000 / (byteCount + 200))
        check(try binding.hash(byteCount, times: 1).digest, input)
        var ours: [Double] = []
        var bindingRatios: [Double] = []
        var crateRatios: [Double] = []
        for _ in 0..<31 {
            let time = threadTime { _ = input.hash(times: count) } / Double(count)
            let other = try binding.hash(byteCount, times: count).nanoseconds / Double(count)
            ours.append(time)
            bindingRatios.append((other - callTime) / time)
            if let crate {
                let other = try crate.hash(byteCount, times: count).nanoseconds / Double(count)
                crateRatios.append(other / time)
            }
        }
        let note = "\(Int(ours.median)) ns, \(speed(byteCount, ours.median))"
        let ratio = crateRatios.isEmpty ? bindingRatios.median : crateRatios.median
        report.target(
            "\(byteCount) B",
            ratio,
            atLeast: 0.95,
            note + "; to the binding less its call \(bindingRatios.median.twoDigits)x"
        )
    }
}

/// Fits a line to the time of 1 to 16 blocks and returns where it begins, in nanoseconds.
private func fitCallTime(of peer: Peer) throws -> Double {
    let blockCounts = [1, 2, 4, 6, 8, 10, 12, 14, 16]
    var times = [[Double]](repeating: [], count: blockCounts.count)
    for _ in 0..<15 {
        for (index, blocks) in blockCounts.enumerated() {
            times[index].append(try peer.hash(64 * blocks, times: 3000).nanoseconds / 3000)
        }
    }
    let points = zip(blockCounts, times).map { (x: Double($0), y: $1.median) }
    let meanX = points.map(\.x).reduce(0, +) / Double(points.count)
    let meanY = points.map(\.y).reduce(0, +) / Double(points.count)
    let slope =
        points.map { ($0.x - meanX) * ($0.y - meanY) }.reduce(0, +)
        / points.map { ($0.x - meanX) * ($0.x - meanX) }.reduce(0, +)
    return meanY - slope * meanX
}
