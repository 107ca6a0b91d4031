// SPDX-License-Identifier: Apache-2.0

/// Lets one task at a time do something for a key, while others who want the same wait.
package final class Turns<Key: Hashable & Sendable>: Sendable {
    private let taken = WaitableState<Set<Key>>([])

    package init() {}

    /// Runs `body` when nobody else runs one for the key.
    ///
    /// It should look first whether there still is something to do. If it fails, the next one tries.
    ///
    /// - Throws: What `body` throws, or `cancelled`.
    package func take<Value>(
        _ key: Key,
        _ body: () async throws(BlobError) -> Value
    ) async throws(BlobError) -> Value {
        try await taken.wait(
            isNews: { _ in false },
            until: { taken -> Void? in taken.insert(key).inserted ? () : nil }
        )
        defer { taken.update { _ = $0.remove(key) } }
        return try await body()
    }
}
