// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Prints results in the order of their inputs, although they come in any order.
final class OrderedLines: Sendable {
    private struct State {
        var nextPosition = 0
        var waiting: [Int: [UInt8]] = [:]
    }

    private let output: StandardOutput
    private let state = Mutex(State())

    init(to output: StandardOutput) { self.output = output }

    /// Takes the line of the input at `position`, none if there is nothing to say about it.
    ///
    /// Each position from zero on has to be told about, once.
    func complete(_ position: Int, _ line: [UInt8] = []) throws(Failure) {
        try state.withLock { (state) throws(Failure) in
            state.waiting[position] = line
            while let line = state.waiting.removeValue(forKey: state.nextPosition) {
                state.nextPosition += 1
                if !line.isEmpty { try output.print(line) }
            }
        }
    }
}
