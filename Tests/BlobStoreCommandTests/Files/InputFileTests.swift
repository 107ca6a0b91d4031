// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import Foundation
import NIOCore
import SystemPackage
import Testing

@testable import BlobStoreCommand

@Suite struct InputFileTests {
    private let workplace: Workplace
    private let path: FilePath

    init() throws {
        workplace = try Workplace()
        path = try workplace.write("hello", to: "file")
    }

    private func expectChange(_ change: () throws -> Void) throws {
        let file = try InputFile(path)
        var buffer = ByteBuffer()
        #expect(try file.read(100, into: &buffer) == 5)
        try file.checkUnchanged(after: 5)
        try change()
        let error = #expect(throws: Failure.self) { try file.checkUnchanged(after: 5) }
        #expect(error?.status == .unreadable)
        #expect(error?.message == "\(path): changed while it was read")
    }

    @Test func `growing is a change`() throws {
        try expectChange {
            let handle = try FileHandle(forWritingTo: URL(filePath: path.string))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("!".utf8))
        }
    }

    @Test func `shrinking is a change`() throws {
        try expectChange {
            try FileHandle(forWritingTo: URL(filePath: path.string)).truncate(atOffset: 3)
        }
    }

    @Test func `other content of the same size is a change`() throws {
        // Time stamps move on only every few milliseconds.
        Thread.sleep(forTimeInterval: 0.02)
        try expectChange {
            try FileHandle(forWritingTo: URL(filePath: path.string)).write(
                contentsOf: Data("J".utf8)
            )
        }
    }

    @Test func `other bytes than the size says are a change`() throws {
        #expect(throws: Failure.self) { try InputFile(path).checkUnchanged(after: 4) }
    }

    @Test func `a small file is read as a whole`() throws {
        guard case .whole(let content) = try FileContent(InputFile(path)) else {
            Issue.record("not read")
            return
        }
        #expect(String(buffer: content) == "hello")
    }

    @Test func `a file that claims to be empty is read to its end`() async throws {
        guard case .stream(let file) = try FileContent(InputFile("/proc/self/status")) else {
            Issue.record("taken for empty")
            return
        }
        var byteCount = 0
        try await file.forEachPiece { byteCount += $0.readableBytes }
        #expect(byteCount > 0)
    }

    @Test func `a large file comes in pieces`() async throws {
        let content = TestBlob(size: (4 << 20) + 5).content
        let file = try InputFile(try workplace.write(content, to: "large"))
        guard case .stream = try FileContent(file) else {
            Issue.record("read at once")
            return
        }
        var pieces: [ByteBuffer] = []
        try await file.forEachPiece { pieces.append($0) }
        #expect(pieces.count > 1)
        #expect(pieces.flatMap(\.readableBytesView).elementsEqual(content.readableBytesView))
    }

    @Test func `a missing file and a folder say so`() throws {
        let missing = #expect(throws: Failure.self) { try InputFile("/nonexistent/x") }
        #expect(missing?.description == "/nonexistent/x: No such file or directory")
        let folder = #expect(throws: Failure.self) { try FileContent(InputFile(workplace.path)) }
        #expect(folder?.description == "\(workplace.path): is a folder; give -r for what is in it")
    }
}
