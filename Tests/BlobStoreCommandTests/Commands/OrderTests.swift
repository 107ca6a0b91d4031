// SPDX-License-Identifier: Apache-2.0
import Foundation
import SystemPackage
import Testing

@Suite struct OrderTests {
    @Test func `digests come in the order of the arguments`() async throws {
        let workplace = try Workplace()
        // Sizes that end in another order than they begin.
        let sizes = [3_000_000, 1, 1_500_000, 0, 200_000, 7, 7, 1_100_000]
        let script = sizes.enumerated()
            .map { "head -c \($0.element) /dev/urandom > f\($0.offset)" }.joined(separator: "\n")
        #expect(try await workplace.shell(script).status == 0)
        let names = sizes.indices.map { "f\($0)" }.joined(separator: " ")
        let put = try await workplace.shell("blobstore put \(names)")
        let hash = try await workplace.shell("blobstore hash \(names)")
        #expect(put.status == 0 && hash.status == 0)
        #expect(put.lines == hash.lines.map { String($0.prefix(64)) })
        #expect(hash.lines.map { $0.dropFirst(66) } == sizes.indices.map { "f\($0)" })
    }
}
