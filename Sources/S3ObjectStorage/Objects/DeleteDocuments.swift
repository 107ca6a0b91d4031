// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// The list of the objects that are to be removed; only what fails is answered.
struct DoomedObjects {
    /// Their keys in the bucket.
    let keys: [String]

    var document: ByteBuffer {
        var text = "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>"
        for key in keys { text += "<Object><Key>\(XMLText.escape(key))</Key></Object>" }
        return ByteBuffer(string: text + "</Delete>")
    }
}

/// The answer to it.
struct DeletedObjects: Decodable, Sendable {
    /// An object that has not been removed.
    struct Failure: Decodable, Sendable {
        private enum CodingKeys: String, CodingKey {
            case key = "Key"
            case code = "Code"
            case message = "Message"
        }

        /// Empty or `nil` if it is about the whole request.
        let key: String?
        let code: String?
        let message: String?

        /// Whether it may work later.
        var isPassing: Bool { S3Failure.isPassing(code ?? "") }

        /// The server's words for it.
        var reason: String {
            let words = [code ?? "", message ?? ""].filter { !$0.isEmpty }
            if words.isEmpty { return "the server does not say why" }
            return ErrorDocument.printable(words.joined(separator: ": "))
        }
    }

    private enum CodingKeys: String, CodingKey { case errors = "Error" }

    private let errors: [Failure]?

    /// What has failed, without objects that were not there.
    var failures: [Failure] { (errors ?? []).filter { $0.code != "NoSuchKey" } }

    /// Those of `keys` that are left after failures: all of them if one does not say which it is about.
    static func left(of keys: [String], after failures: [Failure]) -> [String] {
        let named = Set(failures.map { $0.key ?? "" })
        return named.isSubset(of: keys) ? keys.filter(named.contains) : keys
    }
}
