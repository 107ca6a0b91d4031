// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

/// Something that has happened to a transfer of a blob.
public struct TransferEvent: Sendable {
    /// Which way the bytes go.
    public enum Direction: Hashable, Sendable {
        /// Out of the service that reports.
        case read
        /// Into it.
        case write
        /// From another service into this one, which has been asked for the blob.
        case fetch
    }

    /// What has happened.
    public enum Kind: Sendable {
        /// It has begun.
        case started
        /// More bytes have been moved.
        case progressed
        /// An attempt has failed, and it goes on with another one.
        case retried(any Error)
        /// The source has sent what is not the blob, and is asked after all others from now on.
        case demoted(any Error)
        /// Everything has been moved and checked.
        case finished
        /// It has ended early.
        case failed(any Error)
    }

    /// The same for all events of one transfer, and for no others of its ``TransferMonitor``.
    public let transfer: UInt64

    /// Which way the bytes go.
    public let direction: Direction

    /// The blob; `nil` for a write whose digest is not known yet.
    public var digest: BLAKE3Digest?

    /// Where the bytes come from, or go to: the name of a service or of a peer; empty if it is not known.
    public var source: String

    /// What has happened.
    public var kind: Kind

    /// How many bytes of content have been moved.
    public var byteCount: UInt64

    /// How many there are in all, if that is known.
    public var totalByteCount: UInt64?

    package init(
        transfer: UInt64,
        direction: Direction,
        digest: BLAKE3Digest?,
        source: String,
        kind: Kind,
        byteCount: UInt64,
        totalByteCount: UInt64?
    ) {
        self.transfer = transfer
        self.direction = direction
        self.digest = digest
        self.source = source
        self.kind = kind
        self.byteCount = byteCount
        self.totalByteCount = totalByteCount
    }
}
