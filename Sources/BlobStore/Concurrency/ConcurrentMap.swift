// SPDX-License-Identifier: Apache-2.0

/// Returns what `body` makes of each element, in order, working on some of them at once.
///
/// The first failure cancels the rest and is thrown.
package func concurrentMap<Element: Sendable, Value: Sendable, Failure: Error>(
    _ elements: [Element],
    atOnce limit: Int,
    _ body: @escaping @Sendable (Element) async throws(Failure) -> Value
) async throws(Failure) -> [Value] {
    if elements.count == 1 { return [try await body(elements[0])] }
    let result: Result<[Value], Failure> = await withTaskGroup(
        of: (Int, Result<Value, Failure>).self
    ) { group in
        defer { group.cancelAll() }
        var values = [Value?](repeating: nil, count: elements.count)
        var startedCount = 0
        func start() {
            guard startedCount < elements.count else { return }
            let index = startedCount
            startedCount += 1
            group.addTask {
                do throws(Failure) {
                    return (index, .success(try await body(elements[index])))
                } catch {
                    return (index, .failure(error))
                }
            }
        }
        for _ in 0..<limit { start() }
        while let (index, result) = await group.next() {
            switch result {
            case .success(let value): values[index] = value
            case .failure(let error): return .failure(error)
            }
            start()
        }
        return .success(values.compactMap(\.self))
    }
    return try result.get()
}
