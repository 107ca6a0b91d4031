// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStoreTesting
import Foundation
import NIOCore
import Synchronization
import SystemPackage

/// A folder with a store in which the built program runs; removed with the last reference.
final class Workplace: Sendable {
    private let folder: TemporaryFolder

    var path: FilePath { folder.path }

    /// The folder of the store, which the environment names.
    var store: FilePath { path.appending("store") }

    init() throws { folder = try TemporaryFolder() }

    /// Writes a file, and makes the folders on the way.
    @discardableResult
    func write(_ content: ByteBuffer, to name: String) throws -> FilePath {
        let file = path.appending(name)
        let folder = file.removingLastComponent().string
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        try Data(content.readableBytesView).write(to: URL(filePath: file.string))
        return file
    }

    /// Writes a file of random bytes.
    @discardableResult
    func write(_ blob: TestBlob, to name: String) throws -> FilePath {
        try write(blob.content, to: name)
    }

    /// Writes a file of text.
    @discardableResult
    func write(_ text: String, to name: String) throws -> FilePath {
        try write(ByteBuffer(string: text), to: name)
    }

    /// Returns what is in a file.
    func read(_ name: String) throws -> ByteBuffer {
        ByteBuffer(bytes: try Data(contentsOf: URL(filePath: path.appending(name).string)))
    }

    /// Whether there is something with this name.
    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path.appending(name).string)
    }

    /// The names in a folder, sorted.
    func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path.appending(folder).string).sorted()
    }

    /// Runs the program to its end.
    func run(_ arguments: String...) async throws -> ProgramOutput {
        try await run(arguments)
    }

    /// Runs the program with these arguments.
    func run(_ arguments: [String]) async throws -> ProgramOutput {
        try await Program(arguments, in: self).end()
    }

    /// Runs a script in which `blobstore` is the program.
    func shell(_ script: String) async throws -> ProgramOutput {
        let function = "blobstore() { \"$BLOBSTORE_PROGRAM\" \"$@\"; }\n"
        return try await Program(shell: function + script, in: self).end()
    }

    /// Stores blobs, several at once, and returns the program's output.
    func put(_ blobs: TestBlob...) async throws {
        for (index, blob) in blobs.enumerated() {
            try write(blob, to: "input-\(index)")
            let output = try await run("put", path.appending("input-\(index)").string)
            guard output.text == "\(blob.digest)\n" else { throw UnexpectedOutput(output: output) }
        }
    }
}

/// The program did something else than a test relies on.
struct UnexpectedOutput: Error {
    var output: ProgramOutput
}
