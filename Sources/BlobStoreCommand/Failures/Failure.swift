// SPDX-License-Identifier: Apache-2.0
import BlobStore
import SystemPackage

/// Why the program ends, or why it left one of its inputs out.
struct Failure: Error, Hashable, CustomStringConvertible {
    /// What the program tells its caller.
    var status: ExitStatus
    /// What happened to what, in one line.
    var message: String
    /// What the user can do about it.
    var advice: String?
    /// Whether other files have a chance to fare better.
    var concernsOneFile = true

    init(_ status: ExitStatus, _ message: String, advice: String? = nil) {
        self.status = status
        self.message = message
        self.advice = advice
    }

    /// Says that a system call failed.
    init(_ status: ExitStatus, _ what: some CustomStringConvertible, _ errno: Errno) {
        self.init(status, "\(what): \(errno)", advice: Self.advice(for: errno))
        let general: [Errno] = [
            .noSpace, .diskQuotaExceeded, .readOnlyFileSystem, .tooManyOpenFiles,
        ]
        concernsOneFile = !general.contains(errno)
    }

    /// Says what any error means to the user.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure:
            self = failure
        case let error as BlobError:
            self.init(
                ExitStatus(error.code),
                error.description,
                advice: Self.advice(for: error)
            )
            concernsOneFile = error.code == .corrupt
        case is CancellationError:
            self.init(.interrupted, "interrupted")
            concernsOneFile = false
        default:
            self.init(.inputOutput, "\(error)")
            concernsOneFile = false
        }
    }

    var description: String {
        let text = advice.map { "\(message); \($0)" } ?? message
        return text.replacing("\n", with: "\\n")
    }

    private static func advice(for error: BlobError) -> String? {
        switch error.code {
        case .corrupt:
            // A damaged index comes with its own advice, and what a server sends with its URL.
            error.message.contains("fsck") || error.message.contains("grpc+")
                ? nil : "'blobstore fsck' lists what is damaged"
        case .refused: (error.cause as? Errno).flatMap(advice(for:))
        default: nil
        }
    }

    private static func advice(for errno: Errno) -> String? {
        switch errno {
        case .noSpace, .diskQuotaExceeded: "make room and try again"
        case .permissionDenied, .notPermitted: "check who may use it"
        case .readOnlyFileSystem: "choose a place that can be written"
        case .tooManyOpenFiles: "allow more open files with 'ulimit -n'"
        default: nil
        }
    }
}
