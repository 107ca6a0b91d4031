// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import BlobGRPC
import BlobStore

/// Says where to listen.
struct ListenOptions: ParsableArguments {
    /// Where a server listens if nothing else is said.
    private static let standard = "[::1]:8000"

    @Option(
        name: [.customShort("l"), .long, .customLong("listen-address")],
        help: ArgumentHelp(
            "Where to listen (default: \(standard)); may be given more than once.",
            discussion: """
                ADDRESS:PORT, a path of a unix socket that begins with / or ., @NAME for one that \
                is in no folder, sd-listen for the first socket that systemd passes, \
                sd-listen:NAME for those with a name, sd-listen:* for all.
                """,
            valueName: "place"
        )
    )
    var listen: [String] = []

    @Option(help: "Who may connect to unix sockets: owner, group or everybody.")
    var unixListenChmod: ListeningOptions.Access?

    @Flag(help: "Remove a unix socket that an earlier server has left.")
    var unixListenUnlink = false

    @Flag(help: "Take descriptor 3 for sd-listen, whatever the environment says.")
    var sdAcceptIgnoreEnvironment = false

    /// Opens the sockets.
    ///
    /// Blocks.
    func open(encrypted: Bool) throws(Failure) -> [ListeningSocket] {
        var options = ListeningOptions()
        options.unixAccess = unixListenChmod
        options.unlinksUnixSockets = unixListenUnlink
        options.ignoresActivationEnvironment = sdAcceptIgnoreEnvironment
        options.isEncrypted = encrypted
        var sockets: [ListeningSocket] = []
        for place in listen.isEmpty ? [Self.standard] : listen {
            do throws(BlobError) {
                sockets += try ListeningSocket.open(place, options)
            } catch {
                throw Failure(error, listeningAt: place)
            }
        }
        return sockets
    }
}

extension Failure {
    /// Says why nobody can listen at a place.
    fileprivate init(_ error: BlobError, listeningAt place: String) {
        self.init(error)
        if error.cause == nil, error.code == .refused { status = .usage }
    }
}

extension ListeningOptions.Access: ExpressibleByArgument {}
