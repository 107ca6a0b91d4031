// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// The answer to the beginning of an upload in parts.
struct BeganUpload: Decodable, Sendable {
    private enum CodingKeys: String, CodingKey { case id = "UploadId" }

    let id: String
}

/// The answer to the end of one.
struct CompletedUpload: Decodable, Sendable {}

/// The list of the parts of which an object is made.
struct CompletedParts {
    /// The tags of the parts, from the first one on.
    let tags: [String]

    var document: ByteBuffer {
        var text = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        for (index, tag) in tags.enumerated() {
            text +=
                "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(XMLText.escape(tag))</ETag></Part>"
        }
        return ByteBuffer(string: text + "</CompleteMultipartUpload>")
    }
}
