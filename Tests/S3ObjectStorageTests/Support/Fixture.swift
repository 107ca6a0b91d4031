// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import ObjectStorage
import Testing

@testable import S3ObjectStorage

typealias Reply = ScriptedServer.Reply

/// Options that touch nothing outside of the test.
func testOptions(_ server: ScriptedServer?, prefix: String = "") -> S3Options {
    var options = S3Options(
        bucket: "bucket",
        prefix: prefix,
        environment: ["AWS_EC2_METADATA_DISABLED": "true"]
    )
    options.credentials = .fixed(S3Credentials(accessKeyID: "AKID", secretAccessKey: "hidden"))
    options.endpoint = server?.url
    options.allowsHTTP = true
    options.retryCount = 2
    // Nothing goes wrong only because the machine is busy.
    options.connectTimeout = .seconds(600)
    options.stallTimeout = .seconds(600)
    return options
}

/// Runs a test against a server that gives these replies, one after the other.
func withStorage(
    _ replies: Reply...,
    change: (inout S3Options) -> Void = { _ in },
    _ body: (S3Storage, ScriptedServer) async throws -> Void
) async throws {
    let server = try await ScriptedServer(replies)
    try await withStorage(on: server, change: change, body)
}

/// Runs a test against a server.
func withStorage(
    on server: ScriptedServer,
    change: (inout S3Options) -> Void = { _ in },
    _ body: (S3Storage, ScriptedServer) async throws -> Void
) async throws {
    var options = testOptions(server)
    change(&options)
    let storage = try S3Storage(options)
    try await body(storage, server)
    await storage.shutDown()
    await server.stop()
}

/// The error that something throws.
func failure(
    _ body: () async throws -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> BlobError {
    let error = await #expect(throws: BlobError.self, sourceLocation: sourceLocation) {
        try await body()
    }
    return try #require(error, sourceLocation: sourceLocation)
}

/// All bytes of a body as text.
func text(of body: ObjectBody?) async throws -> String? {
    guard let body else { return nil }
    var text = ""
    for try await piece in body { text += String(buffer: piece) }
    return text
}

/// Waits until something is so; a test whose time runs out fails elsewhere.
func wait(until isSo: () -> Bool) async throws {
    while !isSo() { try await Task.sleep(for: .milliseconds(5)) }
}
