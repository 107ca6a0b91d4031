// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import GRPCCore
import NIOCore

extension RPCError {
    /// Says that a blob is not there.
    init(absent digest: BLAKE3Digest) {
        self.init(code: .notFound, message: "\(digest): is not here")
    }

    /// What a client is told of an error; it names no files of the server.
    init(answering error: any Error, _ digest: BLAKE3Digest? = nil) {
        if let error = error as? RPCError {
            self = error
            return
        }
        guard let error = error as? BlobError else {
            // A closed channel is a client that has gone, or has been made to.
            let isCancelled = error is CancellationError || error is ChannelError
            self.init(
                code: isCancelled ? .cancelled : .internalError,
                message: "the call has failed"
            )
            return
        }
        let blob = digest.map { "\($0): " } ?? ""
        switch error.code {
        case .corrupt: self.init(code: .dataLoss, message: "\(blob)is damaged here")
        case .invalidRange: self.init(code: .outOfRange, message: "\(blob)\(error.message)")
        case .refused: self.init(code: .failedPrecondition, message: "\(blob)is refused here")
        case .unsupported:
            self.init(code: .failedPrecondition, message: "\(blob)is in a form not known here")
        case .unavailable:
            self.init(code: .unavailable, message: "\(blob)cannot be had at the moment")
        case .cancelled: self.init(code: .cancelled, message: "the call has been cancelled")
        @unknown default: self.init(code: .unknown, message: "\(blob)cannot be had")
        }
    }
}

extension BlobError {
    /// What a status of a server means.
    ///
    /// What may go away by itself is `unavailable`, and may be tried again.
    init(_ error: RPCError, from source: String) {
        if let stall = error.cause as? StallTimer.Stalled {
            self.init(.unavailable, "\(source): no answer in time", cause: stall)
            return
        }
        if let failure = LineFailure(error) {
            let reason = failure.description.printable(upTo: Self.reasonLimit)
            self.init(Code(error.code), "\(source): \(reason)")
            return
        }
        let answer = RPCError(
            code: error.code,
            message: error.message.printable(upTo: Self.reasonLimit)
        )
        self.init(Code(error.code), "\(source) answers", cause: answer)
    }

    /// How much of what a server says is passed on, in characters.
    private static let reasonLimit = 400

    /// The status of the server that the error comes from, if it comes from one.
    var rpcCode: RPCError.Code? { (cause as? RPCError)?.code }
}

extension BlobError.Code {
    /// The kind of failure that a status stands for.
    init(_ code: RPCError.Code) {
        switch code {
        // What has begun and then is not there has been lost.
        case .dataLoss, .notFound: self = .corrupt
        case .outOfRange: self = .invalidRange
        case .permissionDenied, .unauthenticated, .failedPrecondition: self = .refused
        case .unimplemented, .invalidArgument: self = .unsupported
        default: self = .unavailable
        }
    }
}

extension String {
    /// The beginning of a text that a stranger has sent, without what would change a terminal.
    fileprivate func printable(upTo count: Int) -> String {
        var text = ""
        for scalar in unicodeScalars.prefix(count) {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
                .paragraphSeparator:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return unicodeScalars.count > count ? text + "…" : text
    }
}
