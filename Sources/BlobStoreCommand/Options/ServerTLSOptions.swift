// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobGRPC
import BlobStore

/// Says how clients know the server, and it them.
struct ServerTLSOptions: ParsableArguments {
    @Option(
        help: "A PEM file with the certificate of the server and those that lead to its root.",
        completion: .file()
    )
    var tlsCert: String?

    @Option(help: "A PEM file with the private key of the server.", completion: .file())
    var tlsKey: String?

    @Option(
        help: "A PEM file with the roots of clients; then only those with a certificate connect.",
        completion: .file()
    )
    var tlsClientCA: String?

    func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key need each other")
        }
        guard tlsClientCA == nil || tlsCert != nil else {
            throw ValidationError("--tls-client-ca goes with --tls-cert only")
        }
    }

    /// The certificates, after a look at the files; `nil` if nothing is to be encrypted.
    ///
    /// Blocks.
    func load() throws(Failure) -> ServerTLS? {
        guard let tlsCert, let tlsKey else { return nil }
        let tls = ServerTLS(
            certificateChainPath: tlsCert,
            privateKeyPath: tlsKey,
            clientRootsPath: tlsClientCA
        )
        do throws(BlobError) {
            try tls.check()
        } catch {
            throw Failure(.unreadable, error.description)
        }
        return tls
    }
}
