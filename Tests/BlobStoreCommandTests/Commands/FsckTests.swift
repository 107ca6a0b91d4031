// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStoreTesting
import Foundation
import NIOCore
import SystemPackage
import Testing

@Suite struct FsckTests {
    private let workplace: Workplace
    private let damaged = TestBlob(size: 400, seed: 10)
    private let sound = TestBlob(size: 500, seed: 11)

    init() throws { workplace = try Workplace() }

    /// Changes one byte of the blob `damaged`, and returns the pack's path.
    private func damage() throws -> String {
        let name = try #require(try workplace.names(in: "store/packs").first)
        let path = workplace.path.appending("store/packs/\(name)").string
        var data = try Data(contentsOf: URL(filePath: path))
        let range = try #require(data.range(of: Data(damaged.content.readableBytesView)))
        data[range.lowerBound + 7] ^= 1
        try data.write(to: URL(filePath: path))
        return path
    }

    @Test func `a sound store is well`() async throws {
        try await workplace.put(damaged, sound)
        let output = try await workplace.run("fsck")
        #expect(output.status == 0 && output.errors.isEmpty)
        #expect(output.text.hasPrefix("all is well: 2 records in 1 packs"))
        #expect(try await workplace.run("fsck", "--rebuild-index").status == 0)
        #expect(try await workplace.run("get", "\(sound.digest)").bytes == sound.content)
    }

    @Test func `an index that is damaged is made anew`() async throws {
        try await workplace.put(damaged, sound)
        for suffix in ["-wal", "-shm"] where workplace.exists("store/index.sqlite" + suffix) {
            try FileManager.default.removeItem(
                atPath: workplace.path.string + "/store/index.sqlite" + suffix
            )
        }
        try workplace.write(TestBlob(size: 8192), to: "store/index.sqlite")
        let list = try await workplace.run("list")
        #expect(list.status == 65 && list.errors.contains("--rebuild-index"))
        let output = try await workplace.run("fsck", "--rebuild-index")
        #expect(output.status == 0 && output.text.hasPrefix("all is well: 2 records"))
        #expect(try await workplace.run("get", "\(sound.digest)").bytes == sound.content)
    }

    @Test func `a damaged byte is named, and hurts no other blob`() async throws {
        try await workplace.put(damaged, sound)
        let pack = try damage()
        let get = try await workplace.run("get", "\(damaged.digest)", "-o", "out")
        #expect(get.status == 65 && get.hasOneError)
        #expect(get.errors.contains(pack) && get.errors.contains("offset"))
        #expect(!workplace.exists("out"))
        let other = try await workplace.run("get", "\(sound.digest)")
        #expect(other.status == 0 && other.bytes == sound.content)
    }

    @Test func `fsck lists what is damaged and which blobs it affects`() async throws {
        try await workplace.put(damaged, sound)
        let pack = try damage()
        let output = try await workplace.run("fsck")
        #expect(output.status == 65)
        #expect(output.text.contains("damaged: \(pack), bytes "))
        #expect(output.text.contains("affected: \(damaged.digest): "))
        #expect(!output.text.contains("\(sound.digest)"))
        let json = try await workplace.run("fsck", "--json")
        #expect(json.status == 65 && json.lines.count == 1)
        #expect(json.text.contains("\"sound\":false"))
    }

    @Test func `after a repair the damaged blob can be put again`() async throws {
        try await workplace.put(damaged, sound)
        _ = try damage()
        #expect(try await workplace.run("fsck", "--repair").status == 65)
        #expect(try await workplace.run("has", "\(damaged.digest)").status == 1)
        try await workplace.put(damaged)
        #expect(try await workplace.run("get", "\(damaged.digest)").bytes == damaged.content)
    }

    @Test func `a damaged blob does not stop a list`() async throws {
        try await workplace.put(damaged, sound)
        _ = try damage()
        try workplace.write("\(damaged.digest)  a\n\(sound.digest)  b\n", to: "list")
        let output = try await workplace.run("get", "--list", "list", "-C", "out")
        #expect(output.status == 65 && output.hasOneError)
        #expect(try workplace.names(in: "out") == ["b"])
    }
}
