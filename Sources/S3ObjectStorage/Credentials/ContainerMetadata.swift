// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import NIOHTTP1

/// Credentials that the host of a container gives to it, as with ECS and EKS Pod Identity.
struct ContainerMetadata: CredentialPlace {
    private static let host = "http://169.254.170.2"
    /// Where a token may be sent without TLS: this machine, and the addresses of the services.
    private static let trustedHosts = [
        "127.0.0.1", "localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]",
    ]

    private let environment: [String: String]
    private let metadata: MetadataClient

    init(_ environment: [String: String], _ metadata: MetadataClient) {
        self.environment = environment
        self.metadata = metadata
    }

    func find() async throws(BlobError) -> FoundCredentials? {
        guard let url = try url() else { return nil }
        var headers = HTTPHeaders()
        if let path = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            headers.add(name: "Authorization", value: try SmallFile.token(in: path))
        } else if let token = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
            headers.add(name: "Authorization", value: token)
        }
        var backoff = Backoff(2)
        while true {
            do throws(BlobError) {
                let answer = try await metadata.ask(.GET, url, headers, within: .seconds(5))
                return try CredentialDocument.credentials(in: answer, from: url)
            } catch {
                try await backoff.wait(after: error, isPassing: error.code == .unavailable)
            }
        }
    }

    private func url() throws(BlobError) -> String? {
        if let path = environment.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            return Self.host + path
        }
        guard let url = environment.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") else {
            return nil
        }
        // What is asked for may have a query; only the server matters here.
        let endpoint = try Endpoint(url: String(url.prefix { $0 != "?" }))
        guard endpoint.isSecure || Self.trustedHosts.contains(endpoint.host) else {
            throw BlobError(
                .refused,
                "\(url): AWS_CONTAINER_CREDENTIALS_FULL_URI has to be https, or on this machine"
            )
        }
        return url
    }
}
