// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// The files that the tools of AWS share: `~/.aws/config` and `~/.aws/credentials`.
struct SharedFiles {
    private static let defaultName = "default"

    private let environment: [String: String]
    /// The profile that an option names.
    private let named: String?

    init(_ options: S3Options) {
        environment = options.environment
        if case .profile(let name) = options.credentials { named = name } else { named = nil }
    }

    /// The name of the profile.
    var profileName: String {
        named ?? environment.variable("AWS_PROFILE")
            ?? environment.variable("AWS_DEFAULT_PROFILE") ?? Self.defaultName
    }

    /// What the files say of the profile, the file with credentials first; `nil` if it is in none.
    func profile() throws(BlobError) -> [String: String]? {
        let name = profileName
        let titles = name == Self.defaultName ? [name, "profile \(name)"] : ["profile \(name)"]
        var profile: [String: String]?
        for (path, titles) in [(configPath, titles), (credentialsPath, [name])] {
            guard let path, let file = try INIFile(path: path) else { continue }
            for title in titles {
                guard let section = file.sections[title] else { continue }
                profile = (profile ?? [:]).merging(section) { $1 }
            }
        }
        return profile
    }

    /// The credentials in the profile, or `nil` if there are none.
    ///
    /// Nobody who has named a profile wants others instead.
    func credentials() throws(BlobError) -> S3Credentials? {
        guard let profile = try profile() else {
            if profileName == Self.defaultName { return nil }
            throw BlobError(.refused, "\(profileName): no such profile in \(paths)")
        }
        if profile["role_arn"] != nil { throw unsupported("role_arn") }
        switch (profile["aws_access_key_id"], profile["aws_secret_access_key"]) {
        case (let accessKeyID?, let secretAccessKey?):
            return S3Credentials(
                accessKeyID: accessKeyID,
                secretAccessKey: secretAccessKey,
                sessionToken: profile["aws_session_token"]
            )
        case (nil, nil): break
        default:
            throw BlobError(
                .refused,
                """
                the profile \(profileName) in \(paths) has only one of aws_access_key_id and \
                aws_secret_access_key
                """
            )
        }
        let settings = ["credential_process", "sso_session", "sso_start_url"]
        if let setting = settings.first(where: { profile[$0] != nil }) {
            throw unsupported(setting)
        }
        guard named == nil else {
            throw BlobError(.refused, "the profile \(profileName) in \(paths) has no credentials")
        }
        return nil
    }

    private func unsupported(_ setting: String) -> BlobError {
        BlobError(
            .unsupported,
            """
            the profile \(profileName) in \(paths) gets its credentials by \(setting), which is not \
            supported; write aws_access_key_id and aws_secret_access_key, or set the variables that \
            `aws configure export-credentials` prints
            """
        )
    }

    private var paths: String {
        [configPath, credentialsPath].compactMap(\.self).joined(separator: " and ")
    }

    private var configPath: String? { path("AWS_CONFIG_FILE", "config") }
    private var credentialsPath: String? { path("AWS_SHARED_CREDENTIALS_FILE", "credentials") }

    private func path(_ variable: String, _ name: String) -> String? {
        let home = environment.variable("HOME")
        guard let path = environment.variable(variable) else {
            return home.map { "\($0)/.aws/\(name)" }
        }
        guard path.hasPrefix("~/"), let home else { return path }
        return home + path.dropFirst()
    }
}
