// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import NIOHTTP1

/// Credentials that the Security Token Service gives for a token in a file, as in a pod of Kubernetes.
struct WebIdentity: CredentialPlace {
    private struct Document: Decodable {
        struct Result: Decodable {
            let credentials: Credentials

            enum CodingKeys: String, CodingKey { case credentials = "Credentials" }
        }

        struct Credentials: Decodable {
            let accessKeyID: String
            let secretAccessKey: String
            let sessionToken: String
            let expiration: String

            enum CodingKeys: String, CodingKey {
                case accessKeyID = "AccessKeyId"
                case secretAccessKey = "SecretAccessKey"
                case sessionToken = "SessionToken"
                case expiration = "Expiration"
            }
        }

        let result: Result

        enum CodingKeys: String, CodingKey { case result = "AssumeRoleWithWebIdentityResult" }
    }

    private let environment: [String: String]
    private let region: String
    private let metadata: MetadataClient

    init(_ environment: [String: String], region: String, _ metadata: MetadataClient) {
        self.environment = environment
        self.region = region
        self.metadata = metadata
    }

    func find() async throws(BlobError) -> FoundCredentials? {
        guard let tokenPath = environment.variable("AWS_WEB_IDENTITY_TOKEN_FILE"),
            let role = environment.variable("AWS_ROLE_ARN")
        else { return nil }
        let url = try url()
        let form = URIEncoding.encode([
            ("Action", "AssumeRoleWithWebIdentity"),
            ("Version", "2011-06-15"),
            ("RoleArn", role),
            ("RoleSessionName", environment.variable("AWS_ROLE_SESSION_NAME") ?? "blob-store"),
            ("WebIdentityToken", try SmallFile.token(in: tokenPath)),
        ])
        var backoff = Backoff(3)
        while true {
            do throws(BlobError) {
                return try credentials(
                    in: try await metadata.ask(
                        .POST,
                        url,
                        ["Content-Type": "application/x-www-form-urlencoded"],
                        body: form,
                        within: .seconds(10)
                    ),
                    from: url,
                    for: role
                )
            } catch {
                try await backoff.wait(after: error, isPassing: error.code == .unavailable)
            }
        }
    }

    private func url() throws(BlobError) -> String {
        let custom =
            environment.variable("AWS_ENDPOINT_URL_STS") ?? environment.variable("AWS_ENDPOINT_URL")
        let endpoint =
            try custom.map { (url) throws(BlobError) in try Endpoint(url: url) }
            ?? Endpoint(service: "sts", region: region)
        return endpoint.url + URIEncoding.encode("\(endpoint.path)/", keepingSlashes: true)
    }

    private func credentials(
        in answer: MetadataClient.Answer,
        from url: String,
        for role: String
    ) throws(BlobError) -> FoundCredentials {
        guard answer.status == 200 else {
            let reason = ErrorDocument(answer.body)
            let isPassing =
                answer.status >= 500 || answer.status == 429
                || reason?.code == "IDPCommunicationError"
            throw BlobError(
                isPassing ? .unavailable : .refused,
                "\(url): does not give the role \(role): \(answer.status) \(reason?.text ?? "")"
            )
        }
        let document = try XMLAnswer.decode(
            Document.self,
            root: "AssumeRoleWithWebIdentityResponse",
            answer.body,
            from: url
        )
        let found = document.result.credentials
        return FoundCredentials(
            credentials: S3Credentials(
                accessKeyID: found.accessKeyID,
                secretAccessKey: found.secretAccessKey,
                sessionToken: found.sessionToken
            ),
            expiration: CalendarTime(iso8601: found.expiration)?.secondsSince1970
        )
    }
}
