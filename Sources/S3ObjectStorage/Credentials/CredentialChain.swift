// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// Credentials, and until when they are valid.
struct FoundCredentials: Sendable {
    var credentials: S3Credentials
    /// Seconds since 1970; `nil` if they stay valid.
    var expiration: Int64?
}

/// A place that credentials may come from.
protocol CredentialPlace: Sendable {
    /// Looks for credentials; `nil` if nothing says that they are here.
    func find() async throws(BlobError) -> FoundCredentials?
}

/// Places that are looked at one after the other.
struct CredentialChain: CredentialPlace {
    private let places: [any CredentialPlace]

    /// Lists the places that options allow; `nil` if requests are not signed.
    init?(_ options: S3Options, region: String, over connections: Connections) {
        let files = ProfileCredentials(files: SharedFiles(options))
        let metadata = MetadataClient(connections)
        let environment = options.environment
        switch options.credentials {
        case .anonymous: return nil
        case .fixed(let credentials): places = [FixedCredentials(credentials: credentials)]
        case .profile: places = [files]
        case .automatic:
            places = [
                EnvironmentCredentials(environment: environment),
                WebIdentity(environment, region: region, metadata),
                files,
                ContainerMetadata(environment, metadata),
                InstanceMetadata(environment, metadata),
            ]
        }
    }

    func find() async throws(BlobError) -> FoundCredentials? {
        for place in places {
            if let found = try await place.find() { return found }
        }
        throw BlobError(
            .refused,
            """
            there are no credentials: write aws_access_key_id and aws_secret_access_key, set \
            AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or write \
            aws_skip_signature=true if the bucket is public
            """
        )
    }
}

/// Credentials that options name.
struct FixedCredentials: CredentialPlace {
    let credentials: S3Credentials

    func find() async throws(BlobError) -> FoundCredentials? {
        FoundCredentials(credentials: credentials)
    }
}

/// Credentials in the shared files, which are read anew each time.
struct ProfileCredentials: CredentialPlace {
    let files: SharedFiles

    func find() async throws(BlobError) -> FoundCredentials? {
        try files.credentials().map { FoundCredentials(credentials: $0) }
    }
}

/// Credentials in variables of the environment.
struct EnvironmentCredentials: CredentialPlace {
    let environment: [String: String]

    func find() async throws(BlobError) -> FoundCredentials? {
        let accessKeyID = environment["AWS_ACCESS_KEY_ID"] ?? ""
        let secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"] ?? ""
        if accessKeyID.isEmpty, secretAccessKey.isEmpty { return nil }
        guard !accessKeyID.isEmpty, !secretAccessKey.isEmpty else {
            throw BlobError(
                .refused,
                "set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither of them"
            )
        }
        return FoundCredentials(
            credentials: S3Credentials(
                accessKeyID: accessKeyID,
                secretAccessKey: secretAccessKey,
                sessionToken: environment.variable("AWS_SESSION_TOKEN")
            )
        )
    }
}
