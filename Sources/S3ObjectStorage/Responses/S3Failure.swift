// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// An answer that says that something has not been done.
struct S3Failure: Sendable, CustomStringConvertible {
    /// The largest description of an error in bytes.
    private static let largest = 64 << 10
    /// The longest pause that a server is granted, in seconds.
    private static let longestPause = 20

    let status: UInt
    /// The server's word for it; empty if there is none, as in answers to HEAD.
    var code: String
    let message: String
    /// The region that the server says the bucket is in.
    let region: String?
    /// Where else the server says the bucket is.
    let endpoint: String?
    /// The clock of the server, in seconds since 1970.
    let serverTime: Int64?
    /// What the server says of the size of the object.
    let contentRange: String?
    /// How long the server asks to be left alone.
    let pause: Duration?
    /// The region for which the request was signed.
    var usedRegion: String?
    /// The credentials with which it was signed.
    var usedCredentials: S3Credentials?
    /// Whether it had a hash with it for the server to keep.
    var usedChecksum = false

    /// Reads what a response says; its connection is free again then.
    init(_ response: S3Response) async {
        let bytes = try? await response.body.collect(upTo: Self.largest)
        self.init(bytes.flatMap { ErrorDocument($0) }, response)
    }

    init(_ document: ErrorDocument?, _ response: S3Response) {
        status = response.status
        code = document?.code ?? ""
        message = document?.message ?? ""
        let region = response.header("x-amz-bucket-region") ?? document?.region
        self.region = region.flatMap { Settings.isRegion($0) ? $0 : nil }
        endpoint = (document?.endpoint ?? response.header("Location"))
            .map(ErrorDocument.printable)
        serverTime = response.header("Date").flatMap { CalendarTime(http: $0) }?.secondsSince1970
        contentRange = response.header("Content-Range")
        pause = response.header("Retry-After").flatMap { Int($0) }
            .map { .seconds(min(max($0, 0), Self.longestPause)) }
    }

    var description: String {
        let words = [code, message].filter { !$0.isEmpty }
        return "the server answers \(status)"
            + (words.isEmpty ? "" : " \(words.joined(separator: ": "))")
    }
}
