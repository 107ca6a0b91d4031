// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// The answer to the beginning of an upload in parts.
struct BeganUpload: Decodable, Sendable {
    private enum CodingKeys: String, CodingKey { case id = "UploadId" }

    let id: String
}

/// The answer to the end of one.
struct CompletedUpload: Decodable, Sendable {}

/// A part that the server has.
struct SentPart: Sendable {
    let tag: String
    /// The SHA-256 in Base64 if the server keeps it, and wants it once more at the end.
    let checksum: String?
}

/// The list of the parts of which an object is made.
struct CompletedParts {
    /// The parts, from the first one on.
    let parts: [SentPart]

    var document: ByteBuffer {
        var text = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        for (index, part) in parts.enumerated() {
            text += "<Part><PartNumber>\(index + 1)</PartNumber>"
            text += "<ETag>\(XMLText.escape(part.tag))</ETag>"
            if let checksum = part.checksum {
                text += "<ChecksumSHA256>\(XMLText.escape(checksum))</ChecksumSHA256>"
            }
            text += "</Part>"
        }
        return ByteBuffer(string: text + "</CompleteMultipartUpload>")
    }
}
