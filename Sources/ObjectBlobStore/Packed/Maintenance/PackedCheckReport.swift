// SPDX-License-Identifier: Apache-2.0

/// What ``PackedBlobService/check(repair:progress:)`` has found.
public struct PackedCheckReport: Hashable, Sendable {
    /// The number of packs that are listed.
    public var packCount = 0

    /// The number of records in them.
    public var recordCount = 0

    /// The number of blobs.
    public var blobCount = 0

    /// What is wrong, in words: which object, and what of it.
    public var problems: [String] = []

    /// Blobs that are not complete because of that.
    public var brokenBlobs: [String] = []

    /// Whether sound records of damaged packs have been written anew, and what is lost is not listed any
    /// more.
    public var isRepaired = false

    /// Whether all is well.
    public var isSound: Bool { problems.isEmpty && brokenBlobs.isEmpty }

    /// Creates a report of nothing.
    public init() {}
}
