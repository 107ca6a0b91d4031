// SPDX-License-Identifier: Apache-2.0
public import ObjectStorage
public import Testing

/// One thing that every `ObjectStorage` must do.
///
/// ```swift
/// @Test(arguments: ObjectStorageRule.all)
/// func `obeys every rule`(rule: ObjectStorageRule) async throws {
///     try await rule.check(MyStorage())
/// }
/// ```
public struct ObjectStorageRule: Sendable, CustomTestStringConvertible {
    /// All rules.
    public static let all: [ObjectStorageRule] = readingRules + writingRules + listingRules

    /// What the rule says, in words.
    public let testDescription: String

    /// Checks an empty storage against the rule; failures are recorded as test issues.
    public let check: @Sendable (any ObjectStorage) async throws -> Void

    init(
        _ testDescription: String,
        _ check: @escaping @Sendable (any ObjectStorage) async throws -> Void
    ) {
        self.testDescription = testDescription
        self.check = check
    }
}
