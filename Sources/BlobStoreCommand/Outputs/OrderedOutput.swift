// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// Where bytes go in their order: a file, which gets its name at the end, or a stream.
///
/// Small parts are collected. Every call may block.
struct OrderedOutput {
    private static let stepByteCount = 1 << 20

    private let target: OutputTarget
    private var collected = ByteBuffer()
    private var offset: UInt64 = 0
    private var failure: Failure?

    init(_ target: OutputTarget) { self.target = target }

    /// Takes the next bytes; a failure is reported by the next ``check()``.
    mutating func append(_ bytes: RawSpan) {
        if failure != nil { return }
        unsafe bytes.withUnsafeBytes { _ = unsafe collected.writeBytes($0) }
        guard collected.readableBytes >= Self.stepByteCount else { return }
        do throws(Failure) {
            try write()
        } catch {
            failure = error
        }
    }

    /// Fails if bytes could not be written.
    func check() throws(Failure) {
        if let failure { throw failure }
    }

    /// Writes what has been collected.
    mutating func flush() throws(Failure) {
        try check()
        try write()
    }

    /// Writes the rest, and gives a file its name.
    mutating func finish() throws(Failure) {
        try flush()
        if case .file(let file) = target { try file.complete() }
    }

    private mutating func write() throws(Failure) {
        defer { collected.clear() }
        if collected.readableBytes == 0 { return }
        switch target {
        case .stream(let stream): try stream.write(collected.readableBytesSpan)
        case .file(let file): try file.write(collected.readableBytesSpan, at: offset)
        }
        offset += UInt64(collected.readableBytes)
    }
}
