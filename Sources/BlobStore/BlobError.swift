// SPDX-License-Identifier: Apache-2.0

/// The one error type that every blob service throws.
///
/// Absence is not an error: lookups return `nil`.
public struct BlobError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for programs.
    @nonexhaustive
    public enum Code: Hashable, Sendable {
        /// Stored or received bytes do not match the digest.
        case corrupt
        /// The range does not lie within the blob.
        case invalidRange
        /// The service has no room or no right to do this; a retry will not help.
        case refused
        /// The service does not understand what it found, for example a newer format.
        case unsupported
        /// The service cannot do this at the moment; a retry may succeed.
        case unavailable
        /// The task was cancelled.
        case cancelled
    }

    /// The kind of failure.
    public var code: Code

    /// What happened, for people; names the blob and the place.
    public var message: String

    /// The error underneath, if any.
    public var cause: (any Error)?

    /// Creates an error.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    /// Throws ``Code-swift.enum/cancelled`` if the current task was cancelled.
    public static func checkCancellation() throws(BlobError) {
        if Task.isCancelled { throw cancellation }
    }

    /// The error of a task that was cancelled.
    package static var cancellation: BlobError { BlobError(.cancelled, "cancelled") }
}
