// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobGRPC
import BlobStore

/// Serves a store over gRPC.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the store to other programs and machines, over gRPC.",
        discussion: """
            tvix and snix can use the server as a blob service, and so can every command here with \
            --store grpc+http://HOST:PORT. When clients can connect, a line 'listening on URL' for \
            each socket is printed, then nothing more; logs go to standard error.

            A store folder is made if it is missing. The store of another server can be served as \
            well. Whoever can connect can read and write: there are no users.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup(title: "Where to listen") var listening: ListenOptions
    @OptionGroup(title: "Encryption") var encryption: ServerTLSOptions
    @OptionGroup(title: "Limits") var limits: ServerLimitOptions
    @OptionGroup(title: "Logs") var logs: LogOptions
    @OptionGroup(title: "Writing to the store") var writing: WriteOptions

    func run() async throws {
        var options = limits.options
        options.tls = try await Blocking.run { try encryption.load() }
        let logger = logs.logger
        try await store.withOpenStore(writing, logger: logger) { [options] store, _ in
            let sockets = try await Blocking.run {
                try listening.open(encrypted: options.tls != nil)
            }
            let run = ServerRun(
                server: BlobServer(
                    store.service,
                    options,
                    transfers: store.transfers,
                    logger: logger
                ),
                shutdownTimeout: options.shutdownTimeout,
                logger: logger
            )
            try await run.serve(sockets)
        }
    }
}
