// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import SystemPackage

/// Reads the paths among the arguments.
enum PathArgument {
    /// Returns the path that `text` stands for, whose bytes need not be UTF-8.
    static func parse(_ text: String) throws -> FilePath {
        guard !text.isEmpty else { throw ValidationError("the name of a file is empty") }
        // Swift has put this character where there were bytes that are not UTF-8.
        guard text.contains("\u{FFFD}") else { return FilePath(text) }
        for index in 0..<Int(CommandLine.argc) {
            guard let argument = unsafe CommandLine.unsafeArgv[index] else { continue }
            if unsafe String(cString: argument) == text {
                return unsafe FilePath(platformString: argument)
            }
        }
        return FilePath(text)
    }
}
