// SPDX-License-Identifier: Apache-2.0

/// Does the same with many things, some of them at once.
enum Lanes {
    /// How many are worked on at once.
    private static let count = 64

    /// Returns the results in the order of the elements.
    static func map<Element: Sendable, Value: Sendable>(
        _ elements: [Element],
        _ body: @escaping @Sendable (Element) async -> Value
    ) async -> [Value] {
        if elements.count == 1 { return [await body(elements[0])] }
        return await withTaskGroup(of: [(Int, Value)].self) { group in
            for lane in 0..<min(count, elements.count) {
                group.addTask {
                    var values: [(Int, Value)] = []
                    for index in stride(from: lane, to: elements.count, by: count) {
                        values.append((index, await body(elements[index])))
                    }
                    return values
                }
            }
            let all = await group.reduce(into: []) { $0 += $1 }
            return all.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
