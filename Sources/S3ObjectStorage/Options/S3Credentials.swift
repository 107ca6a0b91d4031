// SPDX-License-Identifier: Apache-2.0

/// What requests are signed with.
///
/// Its description has no secrets in it.
public struct S3Credentials: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The name of the key, which is no secret.
    public var accessKeyID: String

    /// The key.
    public var secretAccessKey: String

    /// The token that belongs to a key which is valid for some time only.
    public var sessionToken: String?

    /// Creates credentials.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    public var description: String { "S3Credentials(\(accessKeyID))" }

    public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}

/// Where credentials come from.
public enum S3CredentialSource: Hashable, Sendable {
    /// From where the SDKs of AWS look for them, in their order: the environment, a web identity, the
    /// shared files, the metadata of a container, the metadata of an instance.
    case automatic
    /// From a profile in the shared files, and from nowhere else.
    case profile(String)
    /// From here.
    case fixed(S3Credentials)
    /// Nowhere: requests are not signed, which public buckets allow.
    case anonymous
}
