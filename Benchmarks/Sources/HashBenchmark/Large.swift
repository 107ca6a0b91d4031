// SPDX-License-Identifier: Apache-2.0

import Measuring

/// Inputs that are far larger than any cache.
func compareLarge(with peer: Peer, _ report: inout Report) throws {
    let byteCount = 256 << 20
    let input = Input(byteCount)
    var ours: [Double] = []
    var ratios: [Double] = []
    var alone: [Double] = []
    var together: [Double] = []
    check(try peer.hash(byteCount, times: 1).digest, input)
    for _ in 0..<15 {
        var time = threadTime { _ = input.hash(times: 1) }
        ours.append(time)
        ratios.append(try peer.hash(byteCount, times: 1).nanoseconds / time)
        time = wallTime { _ = input.hash(times: 1) }
        alone.append(time)
        together.append(wallTime { _ = input.hash(times: 1, threads: 2) })
    }
    // Other programs can only add to wall time, so the best rounds tell what the code can do.
    let gain = (alone.min() ?? 0) / (together.min() ?? 1)
    report.heading("256 MiB in memory")
    report.target(
        "one thread, to \(peer.name)",
        ratios.median,
        atLeast: 1.3,
        "\(speed(byteCount, ours.median)), official "
            + speed(byteCount, ours.median * ratios.median)
    )
    report.target(
        "two threads to one, wall time",
        gain,
        atLeast: 1.8,
        speed(byteCount, together.min() ?? 1) + ", best of \(together.count) rounds"
    )
}

/// Stops if the two sides do not compute the same.
func check(_ digest: String, _ input: Input) {
    precondition(digest == input.hash(times: 1).description, "digests differ")
}
