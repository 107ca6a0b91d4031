// SPDX-License-Identifier: Apache-2.0

/// How a client uses a server.
public struct GRPCClientOptions: Sendable {
    /// How long a call may go without any sign of the server.
    ///
    /// There is no limit on the time of a whole call: a large blob takes long on a slow line. A reader
    /// that takes its time does not count as a stall.
    public var stallTimeout: Duration = .seconds(60)

    /// How often a call is tried again that failed for a reason that may go away, with a pause before
    /// each that grows from a tenth of a second.
    public var retryCount = 4

    /// The largest blob, in bytes, that comes with the answer to the question whether it is there.
    public var inlineLimit = 64 << 10

    /// How many bytes of chunks are fetched ahead, at once, from a server that sends no hashes.
    public var windowByteCount = 16 << 20

    /// The largest blob, in bytes, that is taken from a server which does not say how large it is.
    public var unannouncedSizeLimit: UInt64 = 1 << 30

    /// The largest blob, in bytes, that is kept in memory until it is checked as a whole; a larger one
    /// goes to a temporary file.
    ///
    /// Only servers that send no hashes make this necessary.
    public var memorySpoolLimit = 32 << 20

    /// The folder for these files; `nil`: `TMPDIR`, or `/tmp`.
    public var spoolFolder: String?

    /// Creates options.
    public init() {}
}
