// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// How far a long piece of work is, and the line about it on the terminal.
final class Progress: Sendable {
    private struct Counts {
        var bytes: UInt64 = 0
        var files: UInt64 = 0
        var total: UInt64?
        /// What is said behind the counts.
        var remark = ""
    }

    /// Whether somebody sees the line.
    let isShown: Bool
    private let verb: String
    private let start = ContinuousClock.now
    private let counts = Mutex(Counts())

    init(_ verb: String, total: UInt64? = nil, isShown: Bool = false) {
        self.verb = verb
        self.isShown = isShown
        counts.withLock { $0.total = total }
    }

    /// How many bytes have been done.
    var byteCount: UInt64 { counts.withLock { $0.bytes } }

    /// Notes that more has been done.
    func add(bytes: Int = 0, files: Int = 0) {
        counts.withLock {
            $0.bytes += UInt64(bytes)
            $0.files += UInt64(files)
        }
    }

    /// Notes how many bytes have been done of how many.
    func set(bytes: UInt64, of total: UInt64) {
        counts.withLock {
            $0.bytes = bytes
            $0.total = total
        }
    }

    /// Says something behind the counts from now on.
    func set(remark: String) { counts.withLock { $0.remark = remark } }

    /// Runs `body`, and meanwhile shows how far it is if a person is looking.
    ///
    /// The line begins with `verb`; it appears after half a second and changes ten times a second at
    /// most.
    static func showing<Value>(
        _ verb: String,
        _ options: ProgressOptions,
        total: UInt64? = nil,
        _ body: (Progress) async throws -> Value
    ) async throws -> Value {
        let isShown = Terminal.isInteractive && !options.quiet
        let progress = Progress(verb, total: total, isShown: isShown)
        guard isShown else { return try await body(progress) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await progress.draw() }
            defer {
                group.cancelAll()
                Terminal.showProgress("")
            }
            return try await body(progress)
        }
    }

    @concurrent
    private func draw() async {
        try? await Task.sleep(for: .milliseconds(500))
        while !Task.isCancelled {
            Terminal.showProgress(line(after: start.duration(to: .now)))
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    private func line(after time: Duration) -> String {
        let counts = counts.withLock { $0 }
        return ProgressText.line(
            verb,
            bytes: counts.bytes,
            total: counts.total,
            files: counts.files,
            seconds: time / .seconds(1)
        ) + counts.remark
    }
}
