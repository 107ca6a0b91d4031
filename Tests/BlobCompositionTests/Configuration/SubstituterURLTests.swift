// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import Testing

@Suite struct SubstituterURLTests {
    @Test func `its own parameters are taken out and others stay`() throws {
        let url = try SubstituterURL(
            "grpc+https://h?wait-connect=1&priority=-3&trusted=true&timeout=500ms"
                + "&name=the%20cache&tls-ca-cert-path=/a%20b"
        )
        let service = try ServiceURL("grpc+https://h?wait-connect=1&tls-ca-cert-path=/a%20b")
        #expect(url.url == service)
        #expect(
            url.source
                == .init(
                    .url(service),
                    name: "the cache",
                    priority: -3,
                    trusted: true,
                    timeout: .milliseconds(500)
                )
        )
    }

    @Test(arguments: [
        ("grpc+http://h?priority=1", "grpc+http://h"),
        ("objectstore+s3://b?aws_profile=x&trusted=0", "objectstore+s3://b?aws_profile=x"),
        (
            "objectstore+s3://b?aws_access_key_id=i&aws_secret_access_key=hush",
            "objectstore+s3://b?aws_access_key_id=i&aws_secret_access_key=***"
        ),
        ("/nix/blobs", "local:/nix/blobs"), ("/a?&b?", "local:/a?&b?"),
        ("grpc+http://h?a&&b", "grpc+http://h?a&&b"), ("memory:", "memory:"),
    ])
    func `it is called by its URL without secrets`(text: String, name: String) throws {
        let source = try SubstituterURL(text).source
        #expect(source.name == name)
        #expect(source.timeout == .seconds(10) && source.priority <= 1 && !source.trusted)
    }

    @Test(arguments: [
        "grpc+http://h?priority=high", "grpc+http://h?priority=", "grpc+http://h?trusted=yes",
        "grpc+http://h?timeout=10", "grpc+http://h?timeout=-1s", "grpc+http://h?timeout=0s",
        "grpc+http://h?priority=1&priority=2", "grpc+http://h?name=%", "nothing?priority=1", "",
        "grpc+http://h?priority=99999999999999999999",
    ])
    func `what is wrong says so`(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try SubstituterURL(text) }
        #expect(error?.advice != nil)
    }
}
