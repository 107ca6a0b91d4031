// SPDX-License-Identifier: Apache-2.0
import BlobStore

extension ExitStatus {
    /// Says how the program ends if a store fails in this way.
    init(_ code: BlobError.Code) {
        self =
            switch code {
            case .corrupt: .damaged
            case .invalidRange: .usage
            case .refused: .refused
            case .unsupported: .unsupported
            case .unavailable: .unavailable
            case .cancelled: .interrupted
            }
    }
}

extension BlobError.Code {
    /// Says how a store failed if the program ended in this way, or `nil` if no store did.
    init?(_ status: ExitStatus) {
        switch status {
        case .damaged: self = .corrupt
        case .usage: self = .invalidRange
        case .refused: self = .refused
        case .unsupported: self = .unsupported
        case .unavailable: self = .unavailable
        case .interrupted: self = .cancelled
        case .success, .absent, .unreadable, .unwritable, .inputOutput, .closedOutput: return nil
        }
    }
}
