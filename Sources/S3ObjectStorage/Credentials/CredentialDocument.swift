// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Foundation
import NIOCore

/// Credentials as the metadata services write them, in JSON.
struct CredentialDocument: Decodable {
    private enum CodingKeys: String, CodingKey {
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case sessionToken = "Token"
        case expiration = "Expiration"
    }

    private let accessKeyID: String
    private let secretAccessKey: String
    private let sessionToken: String?
    private let expiration: String?

    /// Reads an answer of the service at `url`.
    static func credentials(
        in answer: MetadataClient.Answer,
        from url: String
    ) throws(BlobError) -> FoundCredentials {
        guard answer.status == 200 else {
            throw BlobError(
                answer.status >= 500 || answer.status == 429 ? .unavailable : .refused,
                "\(url): answers with the status \(answer.status) instead of credentials"
            )
        }
        let document: CredentialDocument
        do {
            document = try JSONDecoder().decode(
                Self.self,
                from: Data(answer.body.readableBytesView)
            )
        } catch {
            throw BlobError(.corrupt, "\(url): answers with something else than credentials")
        }
        return FoundCredentials(
            credentials: S3Credentials(
                accessKeyID: document.accessKeyID,
                secretAccessKey: document.secretAccessKey,
                sessionToken: document.sessionToken
            ),
            expiration: document.expiration
                .flatMap { CalendarTime(iso8601: $0) }?.secondsSince1970
        )
    }
}
