// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Foundation
import NIOHTTP1
import Testing

@testable import S3ObjectStorage

@Suite struct CredentialChainTests {
    private static let document = """
        {"Code": "Success", "AccessKeyId": "GIVEN", "SecretAccessKey": "secret", \
        "Token": "token", "Expiration": "2099-01-01T00:00:00Z"}
        """
    private static let given = S3Credentials(
        accessKeyID: "GIVEN",
        secretAccessKey: "secret",
        sessionToken: "token"
    )

    /// Looks for credentials in an environment, against a server that gives these replies.
    private func find(
        _ replies: [Reply] = [],
        environment: (ScriptedServer) -> [String: String],
        _ check: (FoundCredentials?, ScriptedServer) throws -> Void
    ) async throws {
        let server = try await ScriptedServer(replies)
        var options = testOptions(server)
        options.credentials = .automatic
        options.environment = ["AWS_EC2_METADATA_DISABLED": "true"]
            .merging(environment(server)) { $1 }
        let connections = try Connections(options)
        let chain = try #require(CredentialChain(options, region: "eu-west-1", over: connections))
        let found: Result<FoundCredentials?, BlobError>
        do throws(BlobError) {
            found = .success(try await chain.find())
        } catch {
            found = .failure(error)
        }
        await connections.shutDown()
        await server.stop()
        try check(try found.get(), server)
    }

    private func withToken(_ body: (String) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("token-\(UInt64.random(in: 0 ... .max))")
        try Data("the token\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await body(file.path)
    }

    @Test func takesTheEnvironmentFirst() async throws {
        try await find { _ in
            [
                "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "",
                "AWS_WEB_IDENTITY_TOKEN_FILE": "/none", "AWS_ROLE_ARN": "x",
            ]
        } _: { found, _ in
            let expected = S3Credentials(accessKeyID: "ENV", secretAccessKey: "s")
            #expect(found?.credentials == expected && found?.expiration == nil)
        }
        let error = try await failure {
            try await find { _ in
                ["AWS_ACCESS_KEY_ID": "ENV"]
            } _: { _, _ in
            }
        }
        #expect(error.message.contains("set both"))
    }

    @Test func asksForAWebIdentity() async throws {
        let answer = """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\
            <AssumeRoleWithWebIdentityResult><Credentials><SessionToken>token</SessionToken>\
            <SecretAccessKey>secret</SecretAccessKey><Expiration>2099-01-01T00:00:00Z</Expiration>\
            <AccessKeyId>GIVEN</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult>\
            </AssumeRoleWithWebIdentityResponse>
            """
        try await withToken { path in
            try await find([Reply(503), Reply(200, [], answer)]) { server in
                [
                    "AWS_ENDPOINT_URL_STS": server.url, "AWS_WEB_IDENTITY_TOKEN_FILE": path,
                    "AWS_ROLE_ARN": "arn:x/y",
                ]
            } _: { found, server in
                #expect(found?.credentials == Self.given)
                #expect(found?.expiration == 4_070_908_800)
                #expect(server.requests.count == 2)
                let request = try #require(server.requests.last)
                #expect(request.method == .POST && request.target == "/")
                #expect(
                    request.text == "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Ax%2Fy"
                        + "&RoleSessionName=blob-store&Version=2011-06-15"
                        + "&WebIdentityToken=the%20token"
                )
            }
            let refusal = """
                <ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error>\
                </ErrorResponse>
                """
            let error = try await failure {
                try await find([Reply(403, [], refusal)]) { server in
                    [
                        "AWS_ENDPOINT_URL_STS": server.url, "AWS_WEB_IDENTITY_TOKEN_FILE": path,
                        "AWS_ROLE_ARN": "arn:x/y",
                    ]
                } _: { _, _ in
                }
            }
            #expect(error.code == .refused)
            #expect(error.message.contains("the role arn:x/y: 403 AccessDenied: no"))
        }
    }

    @Test func asksTheHostOfAContainer() async throws {
        try await withToken { path in
            try await find([Reply(500), Reply(200, [], Self.document)]) { server in
                [
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/creds?x=1",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": path,
                ]
            } _: { found, server in
                #expect(found?.credentials == Self.given)
                #expect(server.requests.last?.target == "/creds?x=1")
                #expect(server.requests.last?.headers["Authorization"] == ["the token"])
            }
        }
        for (url, words) in [
            ("http://example.org/", "has to be https"), ("nonsense", "write a URL"),
        ] {
            let error = try await failure {
                try await find { _ in
                    ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url]
                } _: { _, _ in
                }
            }
            #expect(error.message.contains(words))
        }
        let error = try await failure {
            try await find([Reply(200, [], "{}")]) { server in
                ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/creds"]
            } _: { _, _ in
            }
        }
        #expect(error.code == .corrupt)
    }

    @Test func asksTheInstance() async throws {
        let replies = [
            Reply(200, [], "session"), Reply(200, [], "my-role\n"), Reply(200, [], Self.document),
        ]
        try await find(replies) { server in
            [
                "AWS_EC2_METADATA_DISABLED": "",
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": "\(server.url)/",
            ]
        } _: { found, server in
            #expect(found?.credentials == Self.given)
            let path = "/latest/meta-data/iam/security-credentials/"
            #expect(
                server.requests.map { "\($0.method.rawValue) \($0.target)" }
                    == ["PUT /latest/api/token", "GET \(path)", "GET \(path)my-role"]
            )
            #expect(server.requests[2].headers["X-aws-ec2-metadata-token"] == ["session"])
        }
    }

    @Test func saysThatThereAreNone() async throws {
        let error = try await failure {
            try await find { _ in
                [:]
            } _: { _, _ in
            }
        }
        #expect(error.code == .refused)
        #expect(error.message.contains("aws_skip_signature=true"))
        let elsewhere = try await failure {
            try await find([Reply(404)]) { server in
                [
                    "AWS_EC2_METADATA_DISABLED": "false",
                    "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
                ]
            } _: { _, _ in
            }
        }
        #expect(elsewhere.message.contains("there are no credentials"))
    }
}
