// SPDX-License-Identifier: Apache-2.0
public import BlobStore
import SystemPackage

/// A socket that is bound and listens.
public struct ListeningSocket: Sendable {
    /// The descriptor, owned by whoever holds the value; a server that runs with it closes it.
    public let descriptor: CInt

    /// Where it listens, for people and for clients: a URL such as `grpc+http://[::1]:8000`.
    public let name: String

    /// Takes over a descriptor.
    public init(descriptor: CInt, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Opens what a text names, or takes over what whoever started the process has opened.
    ///
    /// | text | sockets |
    /// |---|---|
    /// | `127.0.0.1:8000`, `[::1]:8000` | one at an address; port 0 is any that is free |
    /// | `/run/blobs.sock`, `./blobs.sock` | a unix socket |
    /// | `@blobs` | a unix socket that is in no folder |
    /// | `sd-listen` | the first that systemd has opened |
    /// | `sd-listen:blobs` | those that systemd calls `blobs` (`FileDescriptorName=`) |
    /// | `sd-listen:*` | all that systemd has opened |
    ///
    /// All of them listen when this returns, are non-blocking and are not passed on to programs that
    /// the process starts.
    public static func open(
        _ text: String,
        _ options: ListeningOptions = ListeningOptions()
    ) throws(BlobError) -> [ListeningSocket] {
        switch try ListenSpecification(text) {
        case .ip(let address): [try open(address, text, options)]
        case .path(let path): [try open(path: path, options)]
        case .abstract(let name): [try open(abstract: name)]
        case .inherited(let selection): try InheritedSockets.take(selection, text, options)
        }
    }

    /// Another descriptor of the same socket.
    func duplicate() throws(BlobError) -> CInt {
        do {
            return try FileDescriptor(rawValue: descriptor).duplicate().rawValue
        } catch {
            throw BlobError(.unavailable, "\(name): cannot be shared", cause: error)
        }
    }
}
