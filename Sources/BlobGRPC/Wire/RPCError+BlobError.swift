// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import GRPCCore

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
            let isCancelled = error is CancellationError
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
        self.init(Code(error.code), "\(source) answers", cause: error)
    }

    /// The status of the server that the error comes from, if it comes from one.
    var rpcCode: RPCError.Code? { (cause as? RPCError)?.code }
}

extension BlobError.Code {
    /// The kind of failure that a status stands for.
    init(_ code: RPCError.Code) {
        switch code {
        case .dataLoss: self = .corrupt
        case .outOfRange: self = .invalidRange
        case .permissionDenied, .unauthenticated, .failedPrecondition: self = .refused
        case .unimplemented, .invalidArgument: self = .unsupported
        default: self = .unavailable
        }
    }
}
