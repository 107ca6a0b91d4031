// SPDX-License-Identifier: Apache-2.0

/// What ``ObjectBlobService/check(repair:progress:)`` has found.
public struct ObjectCheckReport: Hashable, Sendable {
    /// The number of packs that are listed; 0 in the castore layout.
    public var packCount = 0

    /// The number of records in them; 0 in the castore layout.
    public var recordCount = 0

    /// The number of blobs.
    public var blobCount = 0

    /// What is wrong, in words: which object, and what of it.
    public var problems: [String] = []

    /// Blobs that are not complete because of that.
    public var brokenBlobs: [String] = []

    /// Whether what was damaged has been removed, after what is sound of it was written anew.
    public var isRepaired = false

    /// Whether all is well.
    public var isSound: Bool { problems.isEmpty && brokenBlobs.isEmpty }

    /// Creates a report of nothing.
    public init() {}
}
