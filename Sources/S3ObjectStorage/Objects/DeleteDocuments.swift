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

        let key: String
        let code: String
        let message: String

        /// Whether it may work later.
        var isPassing: Bool { S3Failure.isPassing(code) }
    }

    private enum CodingKeys: String, CodingKey { case errors = "Error" }

    private let errors: [Failure]?

    /// What has failed, without objects that were not there.
    var failures: [Failure] { (errors ?? []).filter { $0.code != "NoSuchKey" } }
}
