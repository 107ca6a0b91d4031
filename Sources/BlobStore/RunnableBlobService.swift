// SPDX-License-Identifier: Apache-2.0

/// A service that goes on with something after a call has returned, as long as somebody runs it.
///
/// ```swift
/// try await service.running {
///     let body = try await service.read(digest)
/// }
/// ```
public protocol RunnableBlobService: BlobService {
    /// Does what the service has to do besides answering, until the task is cancelled.
    func run() async
}

extension RunnableBlobService {
    /// Runs `body`, and the service meanwhile.
    public func running<Result: Sendable>(
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}
