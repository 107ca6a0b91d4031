// SPDX-License-Identifier: Apache-2.0

import Measuring

/// Inputs that stay in the second-level cache.
///
/// A call of the Python binding costs several times what hashing 64 bytes does. There are two ways
/// around that, of which the first decides where it can be had:
/// 1. The official Rust crate is called directly: one whole call against one whole call.
/// 2. The time of the binding for 1 to 16 blocks of 64 bytes is a line. Its slope is the official
///    time for a block, its intercept the cost of a call, which is subtracted for all sizes. Our side
///    is whole calls, so this way is the harder one for us, and rough below a kibibyte.
func compareSmall(binding: Peer, crate: Peer?, _ report: inout Report) throws {
    let callTime = try fitCallTime(of: binding)
    report.heading(
        "In cache, one thread; a call of the binding takes \(Int(callTime)) ns by itself"
    )
    for byteCount in [64, 1 << 10, 2 << 10, 3 << 10, 4 << 10, 8 << 10, 16 << 10, 256 << 10] {
        let input = Input(byteCount)
        let count = max(20, 2_000_000 / (byteCount + 200))
        check(try binding.hash(byteCount, times: 1).digest, input)
        var ours: [Double] = []
        var bindingRatios: [Double] = []
        var crateRatios: [Double] = []
        for _ in 0..<61 {
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
///
/// Of each size the fastest of many rounds counts: a disturbed point would turn the whole line.
private func fitCallTime(of peer: Peer) throws -> Double {
    var fastest = [Double](repeating: .infinity, count: 16)
    for _ in 0..<40 {
        for blocks in 1...16 {
            let time = try peer.hash(64 * blocks, times: 500).nanoseconds / 500
            fastest[blocks - 1] = min(fastest[blocks - 1], time)
        }
    }
    let meanX = 8.5
    let meanY = fastest.reduce(0, +) / 16
    var covariance = 0.0
    var variance = 0.0
    for (index, time) in fastest.enumerated() {
        let x = Double(index + 1) - meanX
        covariance += x * (time - meanY)
        variance += x * x
    }
    return meanY - covariance / variance * meanX
}
