// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import Foundation
import SystemPackage
import Testing

@testable import S3ObjectStorage

@Suite struct SharedFileTests {
    private static let config = """
        # a comment
        [default]
        region = eu-north-1
        s3 =
            addressing_style = path
        [ profile  work ]
        region=ap-south-1 ; where we are
        endpoint_url = https://work.example.org
        aws_access_key_id = of-config
        aws_secret_access_key = of-config
        [profile role]
        role_arn = arn:aws:iam::1:role/x
        source_profile = default
        [profile sso]
        sso_session = x
        [profile process]
        credential_process = /bin/x
        [profile half]
        aws_access_key_id = x
        [profile empty]
        """

    private static let credentials = """
        [default]\r
        aws_access_key_id = AKID\r
        aws_secret_access_key = se#cret=;\r
        [work]
        aws_access_key_id = WORK
        AWS_SECRET_ACCESS_KEY = secret
        aws_session_token = token
        """

    private func withFiles(
        _ more: [String: String] = [:],
        _ body: (S3Options) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let home = URL(filePath: folder.path.string)
        let settings = home.appending(path: ".aws")
        try FileManager.default.createDirectory(at: settings, withIntermediateDirectories: true)
        try Data(Self.config.utf8).write(to: settings.appending(path: "config"))
        try Data(Self.credentials.utf8).write(to: settings.appending(path: "credentials"))
        let environment = ["HOME": home.path].merging(more) { $1 }
        try await body(S3Options(bucket: "bucket", environment: environment))
    }

    @Test func readsTheDefault() async throws {
        try await withFiles { options throws in
            let found = try SharedFiles(options).credentials()
            let expected = S3Credentials(accessKeyID: "AKID", secretAccessKey: "se#cret=;")
            #expect(found == expected)
            #expect(try Settings(options).region == "eu-north-1")
        }
    }

    @Test func readsAProfile() async throws {
        let expected = S3Credentials(
            accessKeyID: "WORK",
            secretAccessKey: "secret",
            sessionToken: "token"
        )
        try await withFiles(["AWS_PROFILE": "work"]) { options throws in
            #expect(try SharedFiles(options).credentials() == expected)
            #expect(try Settings(options).region == "ap-south-1")
            #expect(try Settings(options).endpoint?.host == "work.example.org")
        }
        try await withFiles { options throws in
            var options = options
            options.credentials = .profile("work")
            #expect(try SharedFiles(options).credentials() == expected)
        }
    }

    @Test func readsOtherFiles() async throws {
        try await withFiles { options throws in
            let home = try #require(options.environment["HOME"])
            let environment = [
                "AWS_CONFIG_FILE": "\(home)/none",
                "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials", "HOME": home,
            ]
            let other = S3Options(bucket: "bucket", environment: environment)
            #expect(try SharedFiles(other).credentials()?.accessKeyID == "AKID")
            #expect(try Settings(other).region == "us-east-1")
        }
    }

    @Test(arguments: [
        ("role", "role_arn, which is not supported"), ("sso", "sso_session"),
        ("process", "credential_process"), ("half", "only one of"), ("empty", "has no credentials"),
        ("none", "none: no such profile in "),
    ])
    func saysWhatIsMissing(_ profile: String, _ words: String) async throws {
        try await withFiles { options throws in
            var options = options
            options.credentials = .profile(profile)
            let error = try await failure { _ = try SharedFiles(options).credentials() }
            #expect(error.message.contains(words), "\(error)")
            #expect(error.message.contains("/.aws/config"))
            #expect(error.message.contains(profile))
        }
    }

    @Test func missesNothing() throws {
        let options = S3Options(bucket: "bucket", environment: ["HOME": "/nonexistent"])
        #expect(try SharedFiles(options).credentials() == nil)
        let homeless = S3Options(bucket: "bucket", environment: [:])
        #expect(try SharedFiles(homeless).credentials() == nil)
    }
}
