// SPDX-License-Identifier: Apache-2.0
import Foundation
import SystemPackage
import Testing

@testable import BlobStoreCommand

@Suite struct FolderWalkTests {
    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    private func findings(excluding: FileStatus.Identity? = nil) throws -> [String] {
        var walk = try FolderWalk(workplace.path, excluding: excluding)
        var found: [String] = []
        while let finding = walk.next() {
            let text =
                switch finding {
                case .file(let path): path.string
                case .skipped(let path, let reason): "\(path) (\(reason))"
                case .failed(let path, let failure): "\(path) failed: \(failure)"
                }
            found.append(String(text.dropFirst(workplace.path.string.count + 1)))
        }
        return found
    }

    @Test func `files come in the order of their paths`() throws {
        let names = ["b", "a/z", "a/b/c", "a-", "a.txt", "a0", "B", "\u{E4}"]
        for name in names { try workplace.write("", to: name) }
        let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(try findings() == sorted)
    }

    @Test func `links and special files are skipped by name`() throws {
        try workplace.write("", to: "folder/file")
        let manager = FileManager.default
        for (link, target) in [
            ("l1", "folder"), ("l2", "folder/file"), ("l3", "nowhere"), ("l4", "."),
        ] {
            try manager.createSymbolicLink(
                atPath: workplace.path.appending(link).string,
                withDestinationPath: target
            )
        }
        let pipe = unsafe mkfifo(workplace.path.appending("pipe").string, 0o600)
        #expect(pipe == 0)
        #expect(
            try findings() == [
                "folder/file", "l1 (is a symbolic link)", "l2 (is a symbolic link)",
                "l3 (is a symbolic link)",
                "l4 (is a symbolic link)", "pipe (is a pipe)",
            ]
        )
    }

    @Test func `one folder can be left out`() throws {
        try workplace.write("", to: "a/store/x")
        try workplace.write("", to: "a/y")
        let store = try #require(FileStatus(workplace.path.appending("a/store")))
        #expect(
            try findings(excluding: store.identity) == ["a/store (is the store itself)", "a/y"]
        )
    }

    @Test func `names need not be UTF-8`() throws {
        let name = try #require(FilePath(bytes: [0xFF, 0x61]))
        let file = workplace.path.appending(name.components)
        _ = try FileDescriptor.open(
            file,
            .writeOnly,
            options: .create,
            permissions: .ownerReadWrite
        )
        var walk = try FolderWalk(workplace.path, excluding: nil)
        guard case .file(let path) = walk.next() else {
            Issue.record("no file found")
            return
        }
        #expect(path.bytes.suffix(2) == [0xFF, 0x61])
        #expect(try InputFile(path).status.size == 0)
    }
}
