// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// Returns what `body` makes of each element, in order, working on some of them at once.
///
/// The first failure cancels the rest and is thrown.
func concurrentMap<Element: Sendable, Result: Sendable>(
    _ elements: [Element],
    atOnce limit: Int,
    _ body: @escaping @Sendable (Element) async throws(BlobError) -> Result
) async throws(BlobError) -> [Result] {
    do {
        return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var results = [Result?](repeating: nil, count: elements.count)
            for (index, element) in elements.enumerated() {
                if index >= limit, let (done, result) = try await group.next() {
                    results[done] = result
                }
                group.addTask { (index, try await body(element)) }
            }
            while let (done, result) = try await group.next() { results[done] = result }
            return results.compactMap(\.self)
        }
    } catch {
        throw error as? BlobError ?? BlobError(.unavailable, "cannot be done", cause: error)
    }
}
