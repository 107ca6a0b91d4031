// SPDX-License-Identifier: Apache-2.0

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
        if elements.count == 1 { return [try await body(elements[0])] }
        return try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var values = [Value?](repeating: nil, count: elements.count)
            for (index, element) in elements.enumerated() {
                if index >= count, let (done, value) = try await group.next() {
                    values[done] = value
                }
                group.addTask { (index, try await body(element)) }
            }
            while let (done, value) = try await group.next() { values[done] = value }
            return values.compactMap(\.self)
        }
    }
}
