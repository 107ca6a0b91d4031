// SPDX-License-Identifier: Apache-2.0
import BlobStore
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

    /// Another descriptor of the same socket.
    func duplicate() throws(BlobError) -> CInt {
        do {
            return try FileDescriptor(rawValue: descriptor).duplicate().rawValue
        } catch {
            throw BlobError(.unavailable, "\(name): cannot be shared", cause: error)
        }
    }
}
