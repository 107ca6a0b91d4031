// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import NIOHTTP1

/// Credentials that EC2 gives to an instance, by version 2 of its metadata service.
struct InstanceMetadata: CredentialPlace {
    private static let path = "/latest/meta-data/iam/security-credentials/"
    /// Outside of EC2 there is nobody at the address, and packets to it may vanish.
    private static let timeout: TimeAmount = .seconds(1)

    private let isDisabled: Bool
    private let url: String
    private let metadata: MetadataClient

    init(_ environment: [String: String], _ metadata: MetadataClient) {
        isDisabled = environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true"
        var url = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? ""
        while url.hasSuffix("/") { url.removeLast() }
        self.url = url.isEmpty ? "http://169.254.169.254" : url
        self.metadata = metadata
    }

    func find() async throws(BlobError) -> FoundCredentials? {
        if isDisabled { return nil }
        guard let token = try await token() else { return nil }
        let headers: HTTPHeaders = ["X-aws-ec2-metadata-token": token]
        let answer = try await metadata.ask(.GET, url + Self.path, headers, within: Self.timeout)
        // An instance without a role.
        if answer.status == 404 { return nil }
        guard answer.status == 200, let role = answer.text.split(whereSeparator: \.isNewline).first
        else {
            throw BlobError(.unavailable, "\(url): answers with the status \(answer.status)")
        }
        let roleURL = url + Self.path + URIEncoding.encode(String(role))
        let document = try await metadata.ask(.GET, roleURL, headers, within: Self.timeout)
        return try CredentialDocument.credentials(in: document, from: roleURL)
    }

    /// A token for the next requests, or `nil` if this is no instance of EC2.
    private func token() async throws(BlobError) -> String? {
        let headers: HTTPHeaders = ["X-aws-ec2-metadata-token-ttl-seconds": "21600"]
        for _ in 0..<2 {
            do throws(BlobError) {
                let answer = try await metadata.ask(
                    .PUT,
                    "\(url)/latest/api/token",
                    headers,
                    within: Self.timeout
                )
                return answer.status == 200 ? answer.text : nil
            } catch {
                guard error.code == .unavailable else { throw error }
            }
        }
        return nil
    }
}
