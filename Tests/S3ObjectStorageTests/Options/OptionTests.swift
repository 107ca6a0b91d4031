// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Testing

@testable import S3ObjectStorage

@Suite struct OptionTests {
    @Test func readsURLs() throws {
        for (url, bucket, prefix) in [
            ("s3://bucket", "bucket", ""), ("s3://bucket/", "bucket", ""),
            ("S3://my.bucket-1/a/b", "my.bucket-1", "a/b"), ("s3://bucket/a/", "bucket", "a"),
            ("s3://bucket/a%20b/%2B+", "bucket", "a b/++"),
        ] {
            let options = try S3Options(url: url, environment: [:])
            #expect(options.bucket == bucket && options.prefix == prefix)
        }
    }

    @Test func readsOptions() throws {
        let options = try S3Options(
            url: "s3://bucket",
            options: [
                "aws_access_key_id": "id", "aws_secret_access_key": "key",
                "aws_session_token": "token", "aws_region": "eu-west-1",
                "aws_endpoint_url": "http://localhost:9000/base", "aws_allow_http": "1",
                "aws_virtual_hosted_style_request": "FALSE", "aws_ca_file": "/ca.pem",
                "user_agent": "tests", "concurrency": "8",
            ],
            environment: [:]
        )
        let credentials = S3Credentials(
            accessKeyID: "id",
            secretAccessKey: "key",
            sessionToken: "token"
        )
        #expect(options.credentials == .fixed(credentials))
        #expect(options.region == "eu-west-1")
        #expect(options.endpoint == "http://localhost:9000/base")
        #expect(options.allowsHTTP && options.usesVirtualHost == false)
        #expect(options.certificateAuthorityPath == "/ca.pem")
        #expect(options.userAgent == "tests" && options.concurrency == 8)
        let anonymous = ["aws_skip_signature": "true"]
        let profile = ["aws_profile": "work", "aws_skip_signature": "0"]
        #expect(
            try S3Options(url: "s3://bucket", options: anonymous).credentials == .anonymous
        )
        #expect(
            try S3Options(url: "s3://bucket", options: profile).credentials == .profile("work")
        )
        #expect(try S3Options(url: "s3://bucket").credentials == .automatic)
    }

    @Test(arguments: [
        ("bucket", [:], "bucket: write s3://bucket or s3://bucket/prefix"),
        ("https://bucket", [:], "https://bucket: write s3://"),
        ("s3://bucket/a?b=c", [:], "no ? or #"), ("s3://bucket/a//b", [:], "empty part"),
        ("s3://bucket/../a", [:], "empty part"), ("s3://bucket/%2", [:], "broken %"),
        ("s3://bucket", ["aws_key": "x"], "aws_key: no such option; there are aws_access_key_id"),
        ("s3://bucket", ["aws_access_key_id": "x"], "write both aws_access_key_id and"),
        ("s3://bucket", ["aws_secret_access_key": "x"], "write both aws_access_key_id and"),
        ("s3://bucket", ["aws_session_token": "x"], "aws_session_token: write the key"),
        ("s3://bucket", ["aws_region": ""], "aws_region: is empty"),
        ("s3://bucket", ["aws_allow_http": "yes"], "write true or false instead of yes"),
        ("s3://bucket", ["concurrency": "0"], "from 1 to 4096 instead of 0"),
        ("s3://bucket", ["concurrency": "many"], "from 1 to 4096 instead of many"),
        (
            "s3://bucket", ["aws_profile": "a", "aws_skip_signature": "1"], "only one of"
        ),
    ])
    func saysWhatToWrite(_ url: String, _ options: [String: String], _ words: String) async throws {
        let error = try await failure { _ = try S3Options(url: url, options: options) }
        #expect(error.code == .refused)
        #expect(error.message.contains(words), "\(error)")
    }

    @Test(arguments: [
        ("s3://", "a bucket is named"), ("s3://a", "a bucket is named"),
        ("s3://a b c", "a bucket is named"), ("s3://a..b", "a bucket is named"),
    ])
    func refusesBuckets(_ url: String, _ words: String) async throws {
        let error = try await failure {
            _ = try S3Storage(S3Options(url: url, environment: [:]))
        }
        #expect(error.message.contains(words))
    }

    @Test func refusesNumbers() async throws {
        for change: (inout S3Options) -> Void in [
            { $0.partByteCount = 5 << 20 - 1 }, { $0.concurrency = 0 }, { $0.retryCount = -1 },
            { $0.prefix = "/a" }, { $0.region = "a/b" }, { $0.endpoint = "s3.example.org" },
            { $0.certificateAuthorityPath = "/nonexistent" },
        ] {
            var options = testOptions(nil)
            change(&options)
            let error = try await failure { _ = try S3Storage(options) }
            #expect(error.code == .refused)
        }
    }
}
