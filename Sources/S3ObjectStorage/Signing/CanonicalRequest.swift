// SPDX-License-Identifier: Apache-2.0

/// The form of a request that is signed, by the rules of Signature Version 4 for S3: a path is encoded
/// once and not cleaned up.
struct CanonicalRequest {
    /// The names of the headers that are signed, as they stand in the signature.
    let signedHeaders: String

    /// The whole text.
    let text: String

    /// Makes the form of a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path, not encoded.
    ///   - query: The names and values, not encoded.
    ///   - headers: All headers that are signed; a name may occur more than once.
    ///   - payloadHash: The SHA-256 of the body as hexadecimal digits, or what stands for it.
    init(
        method: String,
        path: String,
        query: [(name: String, value: String)],
        headers: [(name: String, value: String)],
        payloadHash: String
    ) {
        var values: [String: [String]] = [:]
        for (name, value) in headers { values[name.lowercased(), default: []].append(value) }
        let names = values.keys.sorted()
        let lines = names.map { name in
            "\(name):\((values[name] ?? []).map(Self.trimmed).joined(separator: ","))\n"
        }
        signedHeaders = names.joined(separator: ";")
        text = [
            method,
            URIEncoding.encode(path, keepingSlashes: true),
            URIEncoding.encode(query),
            lines.joined(),
            signedHeaders,
            payloadHash,
        ].joined(separator: "\n")
    }

    /// A value without spaces at its ends, and with one space where there are several.
    private static func trimmed(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }
}
