// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// Standard error: messages, and on a terminal one line of progress below them.
enum Terminal {
    private static let progressLine = Mutex("")

    /// Whether a person is looking at standard error.
    static let isInteractive = isatty(STDERR_FILENO) == 1

    /// Prints a message in a line of its own.
    static func note(_ message: String) {
        progressLine.withLock { line in
            let (erase, redraw) = line.isEmpty ? ("", "") : ("\r\u{1B}[K", line)
            write("\(erase)blobstore: \(message)\n\(redraw)")
        }
    }

    /// Prints a line of a log.
    static func log(_ line: String) {
        progressLine.withLock { _ in write(line + "\n") }
    }

    /// Replaces the line of progress; an empty text removes it.
    static func showProgress(_ text: String) {
        progressLine.withLock { line in
            if line != text { write("\r\u{1B}[K\(text)") }
            line = text
        }
    }

    private static func write(_ text: String) {
        var text = text
        // There is nobody left to tell that this failed.
        _ = text.withUTF8 { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
