// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Logging
import Synchronization

/// A substituter and how it has been doing.
final class Source: Sendable {
    let substituter: Substituter
    private let options: SubstitutingOptions
    private let logger: Logger
    private let health = Mutex(SourceHealth())

    init(_ substituter: Substituter, _ options: SubstitutingOptions, _ logger: Logger) {
        self.substituter = substituter
        self.options = options
        self.logger = logger
    }

    var name: String { substituter.name }

    /// Whether it is asked after all others.
    var isDemoted: Bool { health.withLock { $0.isDemoted(at: .now) } }

    /// Returns whether it may be asked now; whoever is told so does it.
    func admit() -> Bool {
        health.withLock { $0.admit(at: .now, trialTime: substituter.timeout) }
    }

    /// Does something with the service, and gives up when it takes too long.
    ///
    /// Only content shows that all is well: who answers questions may still not be able to send anything.
    func ask<Value: Sendable>(
        forContent: Bool = false,
        _ body: @escaping @Sendable (any BlobService) async throws(BlobError) -> Value
    ) async -> Result<Value, BlobError> {
        let service = substituter.service
        let start = ContinuousClock.now
        let result = await Self.result(within: substituter.timeout) { () throws(BlobError) in
            try await body(service)
        }
        switch result {
        case .success(let value):
            health.withLock { $0.succeed(withContent: forContent) }
            return .success(value)
        case .failure(let error):
            note(error, since: start)
            return .failure(error)
        case nil:
            let time = substituter.timeout
            let error = BlobError(.unavailable, "\(name): has not answered for \(time)")
            note(error, since: start)
            return .failure(error)
        }
    }

    /// Returns what `body` returns, or `nil` if there is no sign of life for too long; it is cancelled
    /// then.
    private static func result<Value: Sendable>(
        within time: Duration,
        _ body: @escaping @Sendable () async throws(BlobError) -> Value
    ) async -> Result<Value, BlobError>? {
        let activity = Activity()
        return await withTaskGroup(of: Result<Value, BlobError>?.self) { group in
            group.addTask {
                await Activity.$current.withValue(activity) {
                    do throws(BlobError) {
                        return .success(try await body())
                    } catch {
                        return .failure(error)
                    }
                }
            }
            group.addTask {
                guard (try? await activity.waitForSilence(of: time)) != nil else {
                    return .failure(BlobError.cancellation)
                }
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    /// Draws conclusions from an error.
    private func note(_ error: BlobError, since start: ContinuousClock.Instant) {
        switch error.code {
        case .cancelled, .invalidRange:
            break
        case .corrupt:
            if health.withLock({ $0.demote(at: .now, options) }) {
                logger.warning(
                    "a substituter has something else, or damaged data, and is asked last from now on",
                    metadata: ["substituter": "\(name)", "error": "\(error)"]
                )
            }
            Transfer.current?.demote(name, after: error)
        default:
            let pause = health.withLock { $0.fail(at: .now, ofCallSince: start, options) }
            if let pause {
                logger.warning(
                    "a substituter fails and is left alone for a while",
                    metadata: [
                        "substituter": "\(name)", "pause": "\(pause)", "error": "\(error)",
                    ]
                )
            }
        }
    }
}
