// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// Does the same with many things, some of them at once, as each may be a question to a server.
enum Lanes {
    /// How many are under way at once.
    private static let standardCount = 64

    /// Returns the results in the order of the elements, or throws what comes first.
    static func map<Element: Sendable, Value: Sendable>(
        _ elements: [Element],
        count: Int = standardCount,
        _ body: @escaping @Sendable (Element) async throws -> Value
    ) async throws -> [Value] {
        try await concurrentMap(elements, atOnce: count, body)
    }
}
