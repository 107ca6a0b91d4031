// SPDX-License-Identifier: Apache-2.0
public import Logging

/// Which bucket a storage is in, and how it is used.
public struct S3Options: Sendable {
    /// The name of the bucket.
    public var bucket: String

    /// What all keys begin with, without `/` at its ends; empty if the whole bucket is used.
    public var prefix: String

    /// The region that the bucket is in.
    ///
    /// `nil`: that of `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile, else `us-east-1`. A server that
    /// knows better is believed.
    public var region: String?

    /// The URL of the server, as in `https://s3.example.org:8333`, without the bucket.
    ///
    /// `nil`: that of `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL` or the profile, else that of AWS in the
    /// region.
    public var endpoint: String?

    /// Whether the URL may be an `http` one, so that anybody on the way can read what is sent, but for
    /// the secret key; `AWS_ALLOW_HTTP=true` allows it as well.
    public var allowsHTTP = false

    /// Whether the bucket is named in the host, as in `bucket.s3.example.org`, instead of in the path.
    ///
    /// `nil`: as with AWS if it is AWS, and in the path with any other server. The bucket is put before the
    /// host of an endpoint, unless that begins with it.
    public var usesVirtualHost: Bool?

    /// Where credentials come from.
    public var credentials = S3CredentialSource.automatic

    /// A file with the certificates, in PEM form, by which one of the server is judged.
    ///
    /// `nil`: that of `AWS_CA_BUNDLE`, else those of the system.
    public var certificateAuthorityPath: String?

    /// What the requests name as their sender.
    public var userAgent = "blob-store"

    /// How many requests are under way at once, each with a connection of its own.
    ///
    /// A body that is open counts until it has been read or released. Whoever wants more waits.
    public var concurrency = 64

    /// The size in bytes from which on an object is sent in parts, and that of a part; 5 MiB at least.
    ///
    /// Parts are larger if there would be more than 10,000.
    public var partByteCount = 64 << 20

    /// How often a request is tried again that failed for a reason that may pass, with a pause before
    /// each try that grows from a tenth of a second to five seconds.
    public var retryCount = 5

    /// How long it may take to connect.
    public var connectTimeout: Duration = .seconds(10)

    /// How long a request may go without any sign of the server.
    ///
    /// There is no limit on the time of a whole request: a large object takes long on a slow line.
    public var stallTimeout: Duration = .seconds(30)

    /// Told of tries that failed, at the level `debug`, and of what could not be cleaned up.
    public var logger = Logger(label: "S3Storage") { _ in SwiftLogNoOpLogHandler() }

    /// The environment, in which region, endpoint and credentials are looked for.
    public var environment: [String: String]

    /// Creates options.
    ///
    /// - Parameters:
    ///   - bucket: The name of the bucket.
    ///   - prefix: What all keys begin with, without `/` at its ends.
    ///   - environment: The variables that are looked at, as a rule those of the process.
    public init(
        bucket: String,
        prefix: String = "",
        environment: [String: String] = S3Options.processEnvironment
    ) {
        self.bucket = bucket
        self.prefix = prefix
        self.environment = environment
    }
}
