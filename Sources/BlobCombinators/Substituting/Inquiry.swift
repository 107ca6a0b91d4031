// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// Asks sources one after the other until one of them has what is wanted.
///
/// One that fails or has not got it is followed by the next at once, one that takes its time after a while,
/// and then both are waited for.
struct Inquiry: Sendable {
    /// What has come of it.
    enum Finding<Value: Sendable>: Sendable {
        /// The first source that has it, and what it has said.
        case found(Source, Value)
        /// None of those that could be asked has it; certain if that was all of them.
        case absent(isCertain: Bool)

        var value: Value? {
            if case .found(_, let value) = self { value } else { nil }
        }
    }

    private enum Event<Value: Sendable>: Sendable {
        case answer(Source, Result<Value?, BlobError>)
        case patienceIsOver(Int)
    }

    /// In the order in which they are asked.
    let sources: [Source]
    let patience: Duration
    /// Whether those of the same priority are asked at once.
    let isRace: Bool

    /// Asks until one has it.
    ///
    /// Fails if there is none that could be asked.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (any BlobService) async throws(BlobError) -> Value?
    ) async throws(BlobError) -> Finding<Value> {
        let result: Result<Finding<Value>, BlobError> = await withTaskGroup(
            of: Event<Value>.self
        ) { group in
            defer { group.cancelAll() }
            var (next, askedCount, runningCount, absentCount) = (0, 0, 0, 0)
            var failures: [BlobError] = []

            func askNext() {
                while next < sources.count {
                    let source = sources[next]
                    next += 1
                    guard source.admit() else { continue }
                    askedCount += 1
                    runningCount += 1
                    group.addTask { .answer(source, await source.ask(body)) }
                    guard isRace, next < sources.count, sources[next].isPeer(of: source) else {
                        group.addTask { [patience, askedCount] in
                            try? await Task.sleep(for: patience)
                            return .patienceIsOver(askedCount)
                        }
                        return
                    }
                }
            }

            askNext()
            while runningCount > 0, let event = await group.next() {
                switch event {
                case .patienceIsOver(let count):
                    if count == askedCount { askNext() }
                    continue
                case .answer(let source, .success(let value?)):
                    return .success(.found(source, value))
                case .answer(_, .success(nil)):
                    absentCount += 1
                case .answer(let source, .failure(let error)):
                    if error.code == .cancelled { return .failure(error) }
                    failures.append(error)
                    Transfer.current?.retry(source.name, after: error)
                }
                runningCount -= 1
                askNext()
            }
            if let error = failures.first(where: { $0.code == .invalidRange }) {
                return .failure(error)
            }
            if absentCount > 0 {
                return .success(.absent(isCertain: absentCount == sources.count))
            }
            return .failure(Self.failure(failures))
        }
        return try result.get()
    }

    /// Why nobody could be asked.
    static func failure(_ failures: [BlobError]) -> BlobError {
        guard let first = failures.first else {
            return BlobError(
                .unavailable,
                "all substituters have failed and are left alone for a while"
            )
        }
        if failures.count == 1 { return first }
        let code = failures.allSatisfy { $0.code == first.code } ? first.code : .unavailable
        let reasons = failures.map(\.description).joined(separator: "; ")
        return BlobError(code, "no substituter can be asked: \(reasons)")
    }
}

extension Source {
    /// Whether two sources are asked at the same time in a race.
    fileprivate func isPeer(of other: Source) -> Bool {
        substituter.priority == other.substituter.priority && isDemoted == other.isDemoted
    }
}
