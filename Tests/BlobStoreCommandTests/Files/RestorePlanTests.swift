// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import SystemPackage
import Testing

@testable import BlobStoreCommand

@Suite struct RestorePlanTests {
    private func plan(_ paths: FilePath...) throws -> RestorePlan {
        var list = try FileList(parsing: [], name: "list")
        list.lines = paths.map { ListLine(.empty, $0) }
        return try RestorePlan(list)
    }

    @Test func `files of one folder are together`() throws {
        let batches = try plan("a", "b/c", "./b/d", "b//e", "b/f/g").batches
        let names = batches.map { $0.files.map(\.name.string) }
        #expect(names == [["a"], ["c", "d", "e"], ["g"]])
        #expect(batches.map { $0.folder.map(\.string) } == [[], ["b"], ["b", "f"]])
    }

    @Test(arguments: ["/a", "..", "../a", "a/..", "a/../b", "a/b/../../../c", ".", "./", "/"])
    func `a path that leads out is refused`(path: FilePath) {
        let error = #expect(throws: Failure.self) { try plan("good", path) }
        #expect(error?.status == .refused)
    }

    @Test func `a path that occurs twice is refused`() {
        #expect(throws: Failure.self) { try plan("a/b", "c", "a/./b") }
    }
}
