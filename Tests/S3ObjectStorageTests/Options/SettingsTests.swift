// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Testing

@testable import S3ObjectStorage

@Suite struct SettingsTests {
    private func location(
        _ environment: [String: String] = [:],
        bucket: String = "bucket",
        _ change: (inout S3Options) -> Void = { _ in }
    ) throws -> String {
        var options = S3Options(bucket: bucket, environment: environment)
        change(&options)
        let settings = try Settings(options)
        let location = settings.location(of: "a/b", in: settings.region)
        return location.url + location.path
    }

    @Test func findsAWS() throws {
        let plain = try location()
        #expect(plain == "https://bucket.s3.us-east-1.amazonaws.com/a/b")
        let ireland = try location { $0.region = "eu-west-1" }
        #expect(ireland == "https://bucket.s3.eu-west-1.amazonaws.com/a/b")
        let china = try location(["AWS_REGION": "cn-north-1", "AWS_DEFAULT_REGION": "us-west-1"])
        #expect(china == "https://bucket.s3.cn-north-1.amazonaws.com.cn/a/b")
        let west = try location(["AWS_DEFAULT_REGION": "us-west-1"])
        #expect(west == "https://bucket.s3.us-west-1.amazonaws.com/a/b")
        let inPath = try location { $0.usesVirtualHost = false }
        #expect(inPath == "https://s3.us-east-1.amazonaws.com/bucket/a/b")
        let dotted = try location(bucket: "a.b.c")
        #expect(dotted == "https://s3.us-east-1.amazonaws.com/a.b.c/a/b")
    }

    @Test func tellsPlacesApart() throws {
        func place(
            _ environment: [String: String] = [:],
            _ change: (inout S3Options) -> Void = { _ in }
        ) throws -> String {
            var options = S3Options(bucket: "bucket", environment: environment)
            change(&options)
            return try S3Storage(options).place
        }
        let places = [
            try place(), try place { $0.prefix = "a b" }, try place { $0.region = "cn-north-1" },
            try place(["AWS_ENDPOINT_URL": "https://one.example.org"]),
            try place { $0.endpoint = "https://two.example.org:9000" },
        ]
        #expect(
            places == [
                "https://bucket.s3.us-east-1.amazonaws.com/",
                "https://bucket.s3.us-east-1.amazonaws.com/a b",
                "https://bucket.s3.cn-north-1.amazonaws.com.cn/",
                "https://one.example.org/bucket", "https://two.example.org:9000/bucket",
            ]
        )
    }

    @Test func findsOthers() throws {
        let environment = [
            "AWS_ENDPOINT_URL_S3": "https://s3.example.org", "AWS_ENDPOINT_URL": "https://other",
        ]
        let special = try location(environment)
        #expect(special == "https://s3.example.org/bucket/a/b")
        let general = try location(["AWS_ENDPOINT_URL": "https://other/"])
        #expect(general == "https://other/bucket/a/b")
        let based = try location(environment) { $0.endpoint = "https://[::1]:8333/base/path/" }
        #expect(based == "https://[::1]:8333/base/path/bucket/a/b")
        for endpoint in ["https://s3.example.org:443", "https://bucket.s3.example.org"] {
            let named = try location {
                $0.endpoint = endpoint
                $0.usesVirtualHost = true
            }
            #expect(named == "https://bucket.s3.example.org/a/b")
        }
    }

    @Test func putsTheBucketBeforeAHostOnce() throws {
        for (bucket, host) in [
            ("minio", "minio.example.org"), ("mini", "mini.minio.example.org"),
            ("minio.example", "minio.example.org"), ("org", "org.minio.example.org"),
        ] {
            let named = try location(bucket: bucket) {
                $0.endpoint = "https://minio.example.org"
                $0.usesVirtualHost = true
            }
            #expect(named == "https://\(host)/a/b")
            let inPath = try location(bucket: bucket) { $0.endpoint = "https://minio.example.org" }
            #expect(inPath == "https://minio.example.org/\(bucket)/a/b")
        }
    }

    @Test func needsLeaveForHTTP() async throws {
        let url = ["AWS_ENDPOINT_URL": "http://10.0.0.1"]
        let error = try await failure { _ = try location(url) }
        #expect(error.message.contains("aws_allow_http=true"))
        let byOption = try location(url) { $0.allowsHTTP = true }
        let byVariable = try location(url.merging(["AWS_ALLOW_HTTP": "true"]) { $1 })
        #expect(byOption == "http://10.0.0.1/bucket/a/b")
        #expect(byVariable == byOption)
    }

    @Test(arguments: [
        "", "s3.example.org", "ftp://x", "https://", "https://a b", "https://user@host",
        "https://host:", "https://host:0", "https://host:65536", "https://host:+1",
        "https://host?x", "https://[::1", "https://höst",
    ])
    func refusesURLs(_ url: String) async throws {
        let error = try await failure { _ = try Endpoint(url: url) }
        #expect(error.code == .refused)
    }
}
