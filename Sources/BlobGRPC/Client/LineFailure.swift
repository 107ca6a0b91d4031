// SPDX-License-Identifier: Apache-2.0
import GRPCCore
import NIOCore
import NIOPosix
import SystemPackage

/// What went wrong between a client and its server, in words for the user.
///
/// The transport says how its channels are; a user wants to know that nobody listens.
struct LineFailure: CustomStringConvertible {
    let description: String

    /// Returns `nil` for what the server itself has said.
    init?(_ error: RPCError) {
        guard let cause = error.cause else {
            // These are made on this side as well.
            guard Self.isLostConnection(error) else { return nil }
            description = "the connection was lost"
            return
        }
        if let failure = Self.systemError(in: cause) {
            description = "cannot connect: \(failure)"
        } else if let reason = "\(cause)".firstMatch(of: /OPENSSL_internal:([A-Z0-9_]+)/)?.1 {
            let words = reason.lowercased().replacing("_", with: " ")
            description = "the TLS handshake failed: \(words)"
        } else {
            description = "\(error.message) (\(cause))"
        }
    }

    /// Whether a call was under way when the connection went, whatever code the transport has for that.
    static func isLostConnection(_ error: RPCError) -> Bool {
        error.cause == nil && error.message.hasPrefix("Stream unexpectedly closed")
    }

    /// The error of a system call at the bottom of others.
    private static func systemError(in error: any Error) -> Errno? {
        switch error {
        case let error as IOError: Errno(rawValue: error.errnoCode)
        case let error as RPCError: error.cause.flatMap(systemError)
        case let error as RuntimeError: error.cause.flatMap(systemError)
        case let error as NIOConnectionError:
            error.connectionErrors.lazy.compactMap { systemError(in: $0.error) }.first
        default: nil
        }
    }
}
