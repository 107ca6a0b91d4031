// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

/// What ``LocalBlobService/check(repair:progress:)`` found.
public struct StoreCheckReport: Hashable, Sendable {
    /// Something that is wrong in a pack.
    public struct Damage: Hashable, Sendable {
        /// The file.
        public var file: String
        /// Where in the file, in bytes.
        public var range: Range<UInt64>
    }

    /// A blob that cannot be read as a whole, and why.
    public struct AffectedBlob: Hashable, Sendable {
        /// The digest of the blob.
        public var digest: BLAKE3Digest
        /// What was found, for people.
        public var reason: String
    }

    /// The number of packs read.
    public var packCount = 0
    /// The number of sound records found.
    public var recordCount = 0
    /// The number of bytes read from packs.
    public var byteCount: UInt64 = 0
    /// Places in packs where no sound record is.
    public var damages: [Damage] = []
    /// Chunks, pages and blobs of which the index has a wrong or no sound place.
    public var lostDigests: [BLAKE3Digest] = []
    /// Sound records that the index does not know; making it anew finds them.
    public var unindexedRecordCount = 0
    /// Blobs that cannot be read as a whole, in ascending order of digests.
    public var affectedBlobs: [AffectedBlob] = []

    /// Whether everything is as it should be.
    public var isSound: Bool {
        damages.isEmpty && lostDigests.isEmpty && unindexedRecordCount == 0
            && affectedBlobs.isEmpty
    }
}

/// How far a check is.
public struct StoreCheckProgress: Hashable, Sendable {
    /// What is being checked.
    public enum Phase: Sendable {
        /// Every record against its digest.
        case records
        /// Every split blob, as a whole, against its digest.
        case blobs
    }

    /// What is being checked.
    public var phase: Phase
    /// Bytes checked in this phase.
    public var byteCount: UInt64
    /// Bytes to check in this phase.
    public var totalByteCount: UInt64
}
