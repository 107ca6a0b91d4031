// SPDX-License-Identifier: Apache-2.0
import GRPCCore

/// Who calls, and for how long they wait.
struct IncomingCall: Sendable {
    /// The address of the client.
    let source: String
    /// Tells when nobody waits any more, or when the server ends.
    let cancellation: ServerContext.RPCCancellationHandle
    /// When the client stops waiting.
    private let deadline: ContinuousClock.Instant?

    init(_ context: ServerContext, _ metadata: Metadata) {
        source = context.remotePeer
        cancellation = context.cancellation
        deadline = metadata[stringValues: "grpc-timeout"].first { _ in true }
            .flatMap(Duration.init(grpcTimeout:))
            .map { ContinuousClock.now + $0 }
    }

    /// The error of a call that has just been cancelled while the server goes on.
    ///
    /// gRPC signals both in the same way, and has counted the time from a little earlier than this does. Who
    /// gives up within the last second is taken for one whose time is over, and hears neither.
    var abandonment: RPCError {
        if let deadline, deadline - .seconds(1) < .now {
            RPCError(code: .deadlineExceeded, message: "the client's deadline has passed")
        } else {
            RPCError(code: .cancelled, message: "the client has given up")
        }
    }
}

extension Duration {
    /// Reads the header `grpc-timeout`: up to eight digits and a unit; `nil` if it is not that.
    ///
    /// Source: "Timeout" in the specification of gRPC over HTTP/2.
    init?(grpcTimeout text: String) {
        let digits = text.dropLast()
        guard (1...8).contains(digits.count), digits.allSatisfy({ ("0"..."9").contains($0) }),
            let amount = Int64(digits)
        else { return nil }
        switch text.last {
        case "H": self = .seconds(amount * 3600)
        case "M": self = .seconds(amount * 60)
        case "S": self = .seconds(amount)
        case "m": self = .milliseconds(amount)
        case "u": self = .microseconds(amount)
        case "n": self = .nanoseconds(amount)
        default: return nil
        }
    }
}
