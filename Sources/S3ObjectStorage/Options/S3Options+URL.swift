// SPDX-License-Identifier: Apache-2.0
public import BlobStore
import Foundation

extension S3Options {
    /// The environment of the process.
    public static var processEnvironment: [String: String] { ProcessInfo.processInfo.environment }

    private static let names = [
        "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_profile",
        "aws_skip_signature", "aws_region", "aws_endpoint_url", "aws_allow_http",
        "aws_virtual_hosted_style_request", "aws_ca_file", "user_agent", "concurrency",
    ]

    /// Reads options that are written as text.
    ///
    /// - Parameters:
    ///   - url: A URL such as `s3://bucket` or `s3://bucket/some/prefix`.
    ///   - options: Values by name: `aws_access_key_id` and `aws_secret_access_key`, with or without
    ///     `aws_session_token`, `aws_profile`, or `aws_skip_signature`; `aws_region`, `aws_endpoint_url`,
    ///     `aws_allow_http`, `aws_virtual_hosted_style_request`, `aws_ca_file`, `user_agent` and
    ///     `concurrency`. Those that are yes or no are `true`, `1`, `false` or `0`.
    ///   - environment: The variables that are looked at, as a rule those of the process.
    /// - Throws: The code is `refused`; the message says what to write.
    public init(
        url: String,
        options: [String: String] = [:],
        environment: [String: String] = S3Options.processEnvironment
    ) throws(BlobError) {
        let (bucket, prefix) = try Self.parse(url)
        self.init(bucket: bucket, prefix: prefix, environment: environment)
        if let unknown = options.keys.sorted().first(where: { !Self.names.contains($0) }) {
            throw Self.wrong(
                "\(unknown): no such option; there are \(Self.names.joined(separator: ", "))"
            )
        }
        let values = TextOptions(options)
        credentials = try values.credentials()
        region = try values.text("aws_region")
        endpoint = try values.text("aws_endpoint_url")
        allowsHTTP = try values.flag("aws_allow_http") ?? false
        usesVirtualHost = try values.flag("aws_virtual_hosted_style_request")
        certificateAuthorityPath = try values.text("aws_ca_file")
        userAgent = try values.text("user_agent") ?? userAgent
        concurrency = try values.number("concurrency", in: 1...4_096) ?? concurrency
        try check()
    }

    private static func parse(_ url: String) throws(BlobError) -> (bucket: String, prefix: String) {
        let scheme = "s3://"
        guard url.lowercased().hasPrefix(scheme) else {
            throw wrong("\(url): write s3://bucket or s3://bucket/prefix")
        }
        let parts = url.dropFirst(scheme.count)
            .split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let bucket = String(parts.first ?? "")
        let path = parts.count > 1 ? parts[1] : ""
        guard !path.contains("?"), !path.contains("#") else {
            throw wrong("\(url): a prefix has no ? or # in it")
        }
        guard let prefix = PrefixText.decode(path) else {
            throw wrong("\(url): the prefix has an empty part, a part . or .., or a broken % in it")
        }
        return (bucket, prefix)
    }

    /// An error of whoever wrote the options.
    static func wrong(_ message: String) -> BlobError { BlobError(.refused, message) }

    /// Fails unless the numbers and names are such that a storage can be opened.
    func check() throws(BlobError) {
        guard BucketName.isValid(bucket) else {
            throw Self.wrong(
                """
                s3://\(bucket): a bucket is named with 3 to 63 letters, digits, - and ., \
                as in s3://bucket/prefix
                """
            )
        }
        guard PrefixText.isValid(prefix) else {
            throw Self.wrong("\(prefix): a prefix has no empty part and no part . or .. in it")
        }
        guard concurrency > 0, retryCount >= 0 else {
            throw Self.wrong(
                "there is at least one request at once, and no negative number of retries"
            )
        }
        guard partByteCount >= Partition.smallestPart else {
            throw Self.wrong("a part has at least \(Partition.smallestPart) bytes")
        }
    }
}
