// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import Testing

@Suite struct ObjectStoreURLTests {
    private func parse(_ text: String) throws -> ServiceConfiguration.ObjectStore? {
        guard case .objectStore(let store) = try ServiceURL(text).service else { return nil }
        return store
    }

    @Test(arguments: [
        "memory:///", "memory:", "memory:/", "file:///x", "file:/x", "https://h:1/x", "http://h",
        "s3://b/p", "s3://b", "gs://b/p",
    ])
    func `a place reads`(place: String) throws {
        #expect(try parse("objectstore+\(place)") == .init(url: place))
        let url = try ServiceURL("objectstore+\(place)")
        #expect(url.description == "objectstore+\(place)")
    }

    @Test func `parameters become options`() throws {
        let text =
            "objectstore+s3://b/p?aws_region=eu&aws_endpoint_url=http%3a%2F%2Fh&user_agent=a+b"
        let options = ["aws_region": "eu", "aws_endpoint_url": "http://h", "user_agent": "a b"]
        #expect(try parse(text) == .init(url: "s3://b/p", options: options))
        let url = try ServiceURL(text)
        #expect(try ServiceURL(url.text(showingSecrets: true)) == url)
        #expect(try parse("objectstore+gs://b?anything=1")?.options == ["anything": "1"])
        #expect(try parse("objectstore+gs://b?") == .init(url: "gs://b"))
    }

    @Test(arguments: [
        ("s3://b?aws_regoin=x", "did you mean 'aws_region'?"),
        ("s3://b?zzz=x", "known are"),
        ("s3://b?aws_access_key_id=x", "give both or neither"),
        ("s3://b?aws_secret_access_key=x", "give both or neither"),
        ("s3://b?aws_allow_http=yes", "write true or false"),
        ("s3://b?aws_region=x&aws_region=y", "give it once"),
        ("s3://b?aws_region=%f", "write %25"),
        ("s3://", "write s3://NAME"), ("s3:b", "write s3://NAME"), ("gs:///b", "write gs://NAME"),
        ("s3a://b", "write s3://BUCKET"), ("aws://b", "write s3://BUCKET"),
        ("file://host/x", "write file:///FOLDER"), ("file:x", "write file:///FOLDER"),
        ("memory:///x", "write memory:///"), ("az://x", "known are"), ("", "known are"),
        ("s3://b#x", "write %23"),
    ])
    func `what is wrong says what to write`(place: String, advice: String) {
        let error = #expect(throws: ConfigurationError.self) { try parse("objectstore+\(place)") }
        #expect(error?.advice?.contains(advice) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: ["memory:", "memory:///", "file:///x"])
    func `what a place on this machine has no option for is refused`(place: String) throws {
        let url = "objectstore+\(place)"
        #expect(try parse("\(url)?layout=castore")?.options == ["layout": "castore"])
        let error = #expect(throws: ConfigurationError.self) { try parse("\(url)?colour=red") }
        #expect(error?.message.contains("'colour'") == true, "\(error?.description ?? "")")
        let text = """
            [blobservices.root]
            type = "objectstore"
            object_store_url = "\(place)"
            object_store_options = { colour = "red" }
            """
        let inFile = #expect(throws: ConfigurationError.self) { try CompositionFile(text: text) }
        #expect(inFile?.message.contains("colour") == true, "\(inFile?.description ?? "")")
        #expect(inFile?.position != nil)
    }

    @Test(arguments: ["1", "true", "0", "false"])
    func `unencrypted access is on or off`(flag: String) throws {
        let store = try parse("objectstore+s3://b?aws_allow_http=\(flag)")
        #expect(store?.options == ["aws_allow_http": flag])
    }

    @Test func `the place must be there`() {
        #expect(throws: ConfigurationError.self) { try ServiceURL("objectstore:s3://b") }
    }

    @Test func `secrets are in no message`() throws {
        let keys = "aws_access_key_id=id&aws_secret_access_key=hush"
        let url = try ServiceURL("objectstore+s3://b?\(keys)")
        #expect(
            url.description == "objectstore+s3://b?aws_access_key_id=id&aws_secret_access_key=***"
        )
        let error = #expect(throws: ConfigurationError.self) {
            try ServiceURL("objectstore+s3://b?\(keys)&x=y")
        }
        #expect(error?.description.contains("hush") == false)
        let cache =
            "cache:?near=memory:&far=" + "objectstore%2Bs3://b%3Faws_secret_access_key%3Dhush"
        let outer = #expect(throws: ConfigurationError.self) { try ServiceURL(cache) }
        #expect(outer?.description.contains("hush") == false)
    }
}
