// SPDX-License-Identifier: Apache-2.0
import Crypto
import Testing

@testable import S3ObjectStorage

/// The examples in the documentation of Signature Version 4.
@Suite struct PublishedExampleTests {
    private static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private static let host = ("Host", "examplebucket.s3.amazonaws.com")
    private static let time = "20130524T000000Z"

    private static let credentials = S3Credentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    )

    /// The signature of a request to S3 at the beginning of 24 May 2013.
    private func signature(
        _ method: String,
        _ path: String,
        _ query: [(name: String, value: String)] = [],
        _ headers: [(name: String, value: String)] = [],
        hash: String = empty
    ) throws -> Substring {
        let request = CanonicalRequest(
            method: method,
            path: path,
            query: query,
            headers: headers + [
                Self.host, ("x-amz-content-sha256", hash), ("x-amz-date", Self.time),
            ],
            payloadHash: hash
        )
        let time = CalendarTime(secondsSince1970: 1_369_353_600)
        #expect(time.basic == Self.time)
        let text = RequestSigner(Self.credentials, region: "us-east-1")
            .authorization(for: request, at: time)
        return try #require(text.split(separator: "Signature=").last)
    }

    @Test func getObject() throws {
        let found = try signature("GET", "/test.txt", [], [("Range", "bytes=0-9")])
        #expect(found == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func putObject() throws {
        let hash = SHA256.hash(bytes: "Welcome to Amazon S3.").hexadecimal
        #expect(hash == "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
        let found = try signature(
            "PUT",
            "/test$file.text",
            [],
            [
                ("Date", "Fri, 24 May 2013 00:00:00 GMT"),
                ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ],
            hash: hash
        )
        #expect(found == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    }

    @Test func getLifecycle() throws {
        let found = try signature("GET", "/", [("lifecycle", "")])
        #expect(found == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
    }

    @Test func listObjects() throws {
        let found = try signature("GET", "/", [("max-keys", "2"), ("prefix", "J")])
        #expect(found == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }

    /// The first case of the test suite for all services.
    @Test func getVanilla() {
        let credentials = S3Credentials(
            accessKeyID: "AKIDEXAMPLE",
            secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
        )
        let request = CanonicalRequest(
            method: "GET",
            path: "/",
            query: [],
            headers: [("Host", "example.amazonaws.com"), ("X-Amz-Date", "20150830T123600Z")],
            payloadHash: Self.empty
        )
        let signer = RequestSigner(credentials, region: "us-east-1", service: "service")
        let time = CalendarTime(secondsSince1970: 1_440_938_160)
        #expect(
            signer.authorization(for: request, at: time) == """
                AWS4-HMAC-SHA256 \
                Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                SignedHeaders=host;x-amz-date, \
                Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
                """
        )
    }

    @Test func credentialsKeepTheirSecret() {
        var text = ""
        dump(Self.credentials, to: &text)
        #expect(!text.contains("wJalr"))
        #expect(!"\(Self.credentials) \(String(reflecting: Self.credentials))".contains("wJalr"))
        #expect(!"\(testOptions(nil))".contains("hidden"))
    }
}
