// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Glibc
import Synchronization
import SystemPackage

/// Reads the paths among the arguments.
enum PathArgument {
    /// How often each text that stands for other bytes has been asked about.
    private static let askedCounts = Mutex<[String: Int]>([:])

    /// Returns the path that `text` stands for, whose bytes need not be UTF-8.
    static func parse(_ text: String) throws -> FilePath {
        guard !text.isEmpty else { throw ValidationError("the name of a file is empty") }
        // Swift has put this character where there were bytes that are not UTF-8.
        guard text.contains("\u{FFFD}") else { return FilePath(text) }
        let candidates = candidates(for: text)
        guard !candidates.isEmpty else { return FilePath(text) }
        // Different arguments may have become equal; they are asked about in their order.
        let count = askedCounts.withLock { counts in
            defer { counts[text, default: 0] += 1 }
            return counts[text, default: 0]
        }
        return candidates[count % candidates.count]
    }

    /// Returns the bytes of all arguments, and of all values behind `--option=`, that became `text`.
    private static func candidates(for text: String) -> [FilePath] {
        (0..<Int(CommandLine.argc)).compactMap { index in
            guard let argument = unsafe CommandLine.unsafeArgv[index] else { return nil }
            var bytes = unsafe Array(UnsafeBufferPointer(start: argument, count: strlen(argument)))
                .map { UInt8(bitPattern: $0) }
            if bytes.starts(with: "--".utf8), let end = bytes.firstIndex(of: UInt8(ascii: "=")) {
                bytes.removeFirst(end + 1)
            }
            return String(decoding: bytes, as: UTF8.self) == text ? FilePath(bytes: bytes) : nil
        }
    }
}
