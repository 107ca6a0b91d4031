// SPDX-License-Identifier: Apache-2.0
public import BlobStore
public import Testing

/// One thing that every `BlobService` must do.
///
/// Run all of them over a backend or a combinator in one parameterised test:
///
/// ```swift
/// @Test(arguments: StoreRule.all)
/// func `obeys every rule`(rule: StoreRule) async throws {
///     try await rule.check(MyBlobService())
/// }
/// ```
public struct StoreRule: Sendable, CustomTestStringConvertible {
    /// The rules, in the order in which they are easiest to debug.
    public static let all: [StoreRule] =
        presenceRules + readingRules + writingRules + chunkListRules + sharingRules + proofRules
        + partialBlobRules

    /// What the rule says, in words.
    public let testDescription: String

    /// Checks an empty service against the rule; failures are recorded as test issues.
    public let check: @Sendable (any BlobService) async throws -> Void

    init(
        _ testDescription: String,
        _ check: @escaping @Sendable (any BlobService) async throws -> Void
    ) {
        self.testDescription = testDescription
        self.check = check
    }
}
