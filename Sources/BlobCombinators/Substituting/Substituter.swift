// SPDX-License-Identifier: Apache-2.0
public import BlobStore

/// A service that is asked for what is missing.
public struct Substituter: Sendable {
    /// What errors, logs and transfer events call it.
    public var name: String

    /// The service.
    public var service: any BlobService

    /// Those with the lowest number are asked first.
    public var priority: Int

    /// Whether its word is taken for the chunks of a blob until the whole blob has been checked.
    ///
    /// That lets the first bytes of a blob through early from a service without hashes, so it is for
    /// services on one's own machine. What comes is checked all the same in the end.
    public var isTrusted: Bool

    /// How long it may take to answer, or to send the next bytes, before the next one is asked.
    public var timeout: Duration

    /// Describes a substituter.
    public init(
        name: String,
        _ service: any BlobService,
        priority: Int = 0,
        isTrusted: Bool = false,
        timeout: Duration = .seconds(10)
    ) {
        self.name = name
        self.service = service
        self.priority = priority
        self.isTrusted = isTrusted
        self.timeout = timeout
    }
}

/// How a ``SubstitutingBlobService`` chooses whom to ask.
public struct SubstitutingOptions: Hashable, Sendable {
    /// What is done with substituters of the same priority.
    public enum SamePriority: String, Hashable, Sendable, CaseIterable {
        /// All are asked at once, and the first one that has the blob is taken.
        case race
        /// They take turns in being asked first.
        case spread
    }

    /// What is done with substituters of the same priority.
    public var samePriority = SamePriority.spread

    /// How long the next one is not asked while the one before has not answered.
    public var patience: Duration = .milliseconds(500)

    /// How often in a row a substituter may fail before it is left alone for a while.
    public var failureLimit = 3

    /// For how long it is left alone the first time; each time that it then fails again, twice as long.
    public var firstPause: Duration = .seconds(5)

    /// The longest time that it is left alone.
    public var longestPause: Duration = .seconds(300)

    /// For how long one that has sent wrong bytes is asked after all others.
    public var demotion: Duration = .seconds(600)

    /// For how long it is remembered that no substituter has a blob.
    public var absenceLifetime: Duration = .seconds(10)

    /// Creates options; the defaults suit almost everyone.
    public init() {}
}
