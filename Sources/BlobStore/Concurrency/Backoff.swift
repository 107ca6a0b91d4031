// SPDX-License-Identifier: Apache-2.0

/// Pauses between attempts, each twice as long as the one before, give or take half.
package struct Backoff: Sendable {
    private static let longest: Duration = .seconds(5)

    private var rest: Int
    private var pause: Duration = .milliseconds(100)

    package init(_ count: Int) { rest = count }

    /// Waits before another attempt, or throws the error if it is for good or has come too often.
    package mutating func wait(
        after error: BlobError,
        isPassing: Bool
    ) async throws(BlobError) {
        guard isPassing, rest > 0 else { throw error }
        rest -= 1
        let time = pause * Double.random(in: 0.5...1.5)
        pause = min(pause * 2, Self.longest)
        do {
            try await Task.sleep(for: time)
        } catch {
            throw BlobError.cancellation
        }
    }
}
