// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// Options that are written as text.
struct TextOptions {
    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    func text(_ name: String) throws(BlobError) -> String? {
        guard let value = values[name] else { return nil }
        guard !value.isEmpty else {
            throw S3Options.wrong("\(name): is empty; leave it out instead")
        }
        return value
    }

    func flag(_ name: String) throws(BlobError) -> Bool? {
        guard let value = values[name] else { return nil }
        guard let flag = Self.flag(value) else {
            throw S3Options.wrong("\(name): write true or false instead of \(value)")
        }
        return flag
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(BlobError) -> Int? {
        guard let value = values[name] else { return nil }
        guard let number = Int(value), range.contains(number) else {
            throw S3Options.wrong(
                """
                \(name): write a number from \(range.lowerBound) to \(range.upperBound) \
                instead of \(value)
                """
            )
        }
        return number
    }

    /// Where credentials come from; at most one place may be named.
    func credentials() throws(BlobError) -> S3CredentialSource {
        let accessKeyID = try text("aws_access_key_id")
        let secretAccessKey = try text("aws_secret_access_key")
        let sessionToken = try text("aws_session_token")
        var sources: [S3CredentialSource] = []
        if let profile = try text("aws_profile") { sources.append(.profile(profile)) }
        if try flag("aws_skip_signature") ?? false { sources.append(.anonymous) }
        switch (accessKeyID, secretAccessKey) {
        case (let accessKeyID?, let secretAccessKey?):
            let credentials = S3Credentials(
                accessKeyID: accessKeyID,
                secretAccessKey: secretAccessKey,
                sessionToken: sessionToken
            )
            sources.append(.fixed(credentials))
        case (nil, nil):
            guard sessionToken == nil else {
                throw S3Options.wrong("aws_session_token: write the key that it belongs to as well")
            }
        default:
            throw S3Options.wrong(
                "write both aws_access_key_id and aws_secret_access_key, or neither of them"
            )
        }
        guard sources.count <= 1 else {
            throw S3Options.wrong(
                "write only one of aws_access_key_id, aws_profile and aws_skip_signature"
            )
        }
        return sources.first ?? .automatic
    }

    /// What `true`, `1`, `false` or `0` means; `nil` if it is something else.
    static func flag(_ value: String) -> Bool? {
        switch value.lowercased() {
        case "1", "true": true
        case "0", "false": false
        default: nil
        }
    }
}
