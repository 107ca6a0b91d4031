// SPDX-License-Identifier: Apache-2.0
public import BlobGRPC
public import BlobStore
public import LocalBlobStore
public import Logging
public import SystemPackage

/// What the services of a composition share, and a configuration does not say.
public struct CompositionOptions: Sendable {
    /// The kinds of services that the program adds.
    public var types = ServiceTypes()

    /// How local stores write.
    public var localStore = LocalStoreOptions()

    /// How servers are used.
    public var client = GRPCClientOptions()

    /// The folder for what is known of buckets, which can be thrown away; `nil`: it is kept in memory.
    public var cacheFolder: FilePath?

    /// Who is told of transfers.
    public var transfers = TransferMonitor()

    /// Where services log.
    public var logger = Logger(label: "blobstore") { _ in SwiftLogNoOpLogHandler() }

    /// Creates options; the defaults suit almost everyone.
    public init() {}
}
