// SPDX-License-Identifier: Apache-2.0
import Crypto

/// Signs requests by Signature Version 4 of AWS, in headers.
///
/// See "Authenticating Requests: Using the Authorization Header" in the reference of Amazon S3. It takes
/// some microseconds.
struct RequestSigner {
    private static let algorithm = "AWS4-HMAC-SHA256"

    let credentials: S3Credentials
    let region: String
    let service: String

    init(_ credentials: S3Credentials, region: String, service: String = "s3") {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// The value of the header `Authorization` of a request whose date is among the signed headers.
    func authorization(for request: CanonicalRequest, at time: CalendarTime) -> String {
        let scope = "\(time.date)/\(region)/\(service)/aws4_request"
        let hash = SHA256.hash(bytes: request.text)
        let text = [Self.algorithm, time.basic, scope, hash.hexadecimal].joined(separator: "\n")
        var key = Self.code(of: time.date, Array("AWS4\(credentials.secretAccessKey)".utf8))
        for part in [region, service, "aws4_request"] { key = Self.code(of: part, key) }
        return """
            \(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope), \
            SignedHeaders=\(request.signedHeaders), \
            Signature=\(Self.code(of: text, key).hexadecimal)
            """
    }

    private static func code(of text: String, _ key: [UInt8]) -> [UInt8] {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(text.utf8),
            using: SymmetricKey(data: key)
        )
        return Array(code)
    }
}

extension SHA256 {
    /// The hash of a text in UTF-8.
    static func hash(bytes text: String) -> SHA256Digest { hash(data: Array(text.utf8)) }
}

extension Sequence where Element == UInt8 {
    /// Two digits a byte, in lower case.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
