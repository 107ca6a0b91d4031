// SPDX-License-Identifier: Apache-2.0
import NIOCore
import ObjectStorage
import Testing

extension ObjectStorageRule {
    static let listingRules = [
        ObjectStorageRule("a list has what begins with the prefix", prefixes),
        ObjectStorageRule("pages together have everything once", pages),
    ]
}

extension ObjectStorage {
    fileprivate func keys(_ prefix: String) async throws -> [String] {
        var keys: [String] = []
        try await forEachPage(of: prefix) { keys += $0.map(\.key) }
        return keys.sorted()
    }
}

@Sendable private func prefixes(_ storage: any ObjectStorage) async throws {
    let keys = ["a/1", "a/2", "a/b/3", "ab/4", "b/5", "a-b/6"]
    for key in keys { try await storage.put(key, noise(key.utf8.count)) }
    #expect(try await storage.keys("a/") == ["a/1", "a/2", "a/b/3"])
    #expect(try await storage.keys("a/b/") == ["a/b/3"])
    #expect(try await storage.keys("") == keys.sorted())
    #expect(try await storage.keys("c/") == [])
    let page = try await storage.list("ab/", from: nil)
    #expect(page.objects.map(\.size) == [4])
}

/// More objects than one page of any storage has.
@Sendable private func pages(_ storage: any ObjectStorage) async throws {
    let keys = (0..<1203).map { "many/\($0 % 7)/\($0)" }.sorted()
    await withDiscardingTaskGroup { group in
        for lane in 0..<16 {
            group.addTask {
                do {
                    for index in stride(from: lane, to: keys.count, by: 16) {
                        try await storage.put(keys[index], noise(1))
                    }
                } catch {
                    Issue.record(error)
                }
            }
        }
    }
    #expect(try await storage.keys("many/") == keys)
    #expect(try await storage.keys("many/3/").count == keys.count { $0.hasPrefix("many/3/") })
}
