// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import SystemPackage
import Testing

@testable import BlobStoreCommand

@Suite struct OutputFileTests {
    private let workplace: Workplace
    private let content = ByteBuffer(string: "content")

    init() throws { workplace = try Workplace() }

    private func write(_ name: String) throws {
        let file = try OutputFile(at: workplace.path.appending(name))
        try file.write(content.readableBytesSpan, at: 0)
        try file.complete()
    }

    @Test func `a file appears when it is complete`() throws {
        let file = try OutputFile(at: workplace.path.appending("a"))
        try file.write(content.readableBytesSpan, at: 0)
        #expect(!workplace.exists("a"))
        try file.complete()
        #expect(try workplace.read("a") == content)
        #expect(try workplace.names() == ["a"])
    }

    @Test func `a file that is let go of leaves nothing`() throws {
        for _ in 0..<2 {
            let file = try OutputFile(at: workplace.path.appending("a"))
            try file.write(content.readableBytesSpan, at: 0)
            #expect(try workplace.names().count == 1)
        }
        #expect(try workplace.names().isEmpty)
    }

    @Test func `a file is replaced, and so is what a link leads to`() throws {
        try workplace.write("old", to: "a")
        try write("a")
        #expect(try workplace.read("a") == content)
        try workplace.write("old", to: "folder/b")
        try FileManager.default.createSymbolicLink(
            atPath: workplace.path.appending("link").string,
            withDestinationPath: "folder/b"
        )
        try write("link")
        #expect(try workplace.read("folder/b") == content)
        #expect(try workplace.names() == ["a", "folder", "link"])
    }

    @Test func `a folder is not replaced`() throws {
        try workplace.write("", to: "folder/x")
        let error = #expect(throws: Failure.self) { try write("folder") }
        #expect(error?.status == .refused)
        #expect(try workplace.names() == ["folder"])
    }

    @Test func `a missing folder is an error`() {
        let error = #expect(throws: Failure.self) { try write("missing/a") }
        #expect(error?.status == .unwritable)
    }

    @Test func `folders below are made, and links on the way refused`() throws {
        let outside = try Workplace()
        try FileManager.default.createSymbolicLink(
            atPath: workplace.path.appending("link").string,
            withDestinationPath: outside.path.string
        )
        let tree = OutputFolderTree(below: try OutputFolder(workplace.path))
        for path in ["a/b/c", "a/b", "a/d/e", "a/b/c"] as [FilePath] {
            #expect(try tree.open(Array(path.components)).path == workplace.path.pushing(path))
        }
        #expect(workplace.exists("a/b/c") && workplace.exists("a/d/e"))
        for path in ["link", "link/x"] as [FilePath] {
            let error = #expect(throws: Failure.self) { try tree.open(Array(path.components)) }
            #expect(error?.status == .refused)
        }
        #expect(try outside.names().isEmpty)
    }
}
