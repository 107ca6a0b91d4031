// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Standard output, on which there are results and nothing else.
///
/// Lines are collected and written together, at most a tenth of a second late while more follow.
final class StandardOutput: Sendable {
    private struct Lines {
        var bytes: [UInt8] = []
        var writtenAt = ContinuousClock.now
    }

    private static let maximumByteCount = 64 << 10
    private let lines = Mutex(Lines())

    /// Adds a line.
    func print(_ line: some Sequence<UInt8>) throws(Failure) {
        try lines.withLock { (lines) throws(Failure) in
            lines.bytes += line
            lines.bytes.append(UInt8(ascii: "\n"))
            let isDue = lines.writtenAt.duration(to: .now) > .milliseconds(100)
            if isDue || lines.bytes.count >= Self.maximumByteCount { try Self.write(&lines) }
        }
    }

    /// Adds a line.
    func print(_ line: String) throws(Failure) { try print(line.utf8) }

    /// Writes the lines that are still here.
    func flush() throws(Failure) {
        try lines.withLock { (lines) throws(Failure) in try Self.write(&lines) }
    }

    private static func write(_ lines: inout Lines) throws(Failure) {
        if lines.bytes.isEmpty { return }
        defer { lines.bytes.removeAll(keepingCapacity: true) }
        try OutputStream.standard.write(unsafe lines.bytes.span.bytes)
        lines.writtenAt = .now
    }
}
