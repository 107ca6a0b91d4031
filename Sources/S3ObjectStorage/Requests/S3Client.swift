// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Logging
import ObjectStorage
import Synchronization

/// Sends requests to a bucket: signed, counted, and as often as it takes.
final class S3Client: Sendable {
    /// What has been learned from the server.
    struct Knowledge {
        /// The region that the server says the bucket is in.
        var region: String?
        /// How many seconds the clock of the server is ahead.
        var clockOffset: Int64 = 0
        /// Whether the bucket is known to be there.
        var isBucketThere = false
        /// Whether keys are removed one by one, as the server cannot do it with several at once.
        var deletesOneByOne = false
        /// Whether the server refuses headers with hashes that it should keep.
        var refusesChecksums = false
    }

    let settings: Settings
    let connections: Connections
    let requests = RequestCounter()
    let knowledge = Mutex(Knowledge())
    let regionInquiry = WaitableState(RegionInquiry.open)
    /// `nil` if requests are not signed.
    let credentials: CredentialCache?
    private let gate: Gate

    init(_ options: S3Options) throws(BlobError) {
        settings = try Settings(options)
        connections = try Connections(options)
        gate = Gate(options.concurrency)
        credentials = CredentialChain(options, region: settings.region, over: connections)
            .map { CredentialCache($0) }
    }

    /// The bucket and what all keys begin with, for errors.
    var name: String { "s3://\(settings.fullBucket)" }

    /// The region that requests are signed for.
    var region: String { knowledge.withLock { $0.region } ?? settings.region }

    /// Sends a request, and takes something from the answer, until that works or cannot work.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - retryCount: How often it is tried again; `nil`: as often as the options say.
    ///   - take: Takes what is wanted from an answer; it is a part of the try.
    /// - Returns: What was taken, or an answer that the request wants to know of.
    /// - Throws: What went wrong the last time, where, and what to do about it.
    func perform<Value: Sendable>(
        _ request: S3Request,
        retryCount: Int? = nil,
        _ take: (S3Response) async throws(Problem) -> Value
    ) async throws(BlobError) -> Answer<Value> {
        var backoff = Backoff(retryCount ?? settings.options.retryCount)
        var remedies = Remedies()
        while true {
            do throws(Problem) {
                return .value(try await take(try await attempt(request)))
            } catch {
                if let failure = error.failure {
                    note(failure)
                    // 501 may be about a condition, which is up to the caller, or about the hash.
                    if request.declining.contains(failure.status), !failure.isAboutChecksum {
                        return .declined(failure)
                    }
                    if try await remedies.apply(failure, of: request, to: self) { continue }
                }
                let reason = described(error, of: request)
                try await backoff.wait(after: reason, isPassing: reason.code == .unavailable)
                try await pause(error.failure?.pause)
                settings.options.logger.debug("trying again", metadata: ["error": "\(reason)"])
            }
        }
    }

    /// Sends a request of which nothing but success is expected, and takes something from the answer.
    func value<Value: Sendable>(
        of request: S3Request,
        _ take: (S3Response) async throws(Problem) -> Value
    ) async throws(BlobError) -> Value {
        switch try await perform(request, take) {
        case .value(let value): return value
        case .declined(let failure): throw described(failure, of: request)
        }
    }

    /// Sends a request once.
    private func attempt(_ request: S3Request) async throws(Problem) -> S3Response {
        let permit: Gate.Permit
        let used: S3Credentials?
        do throws(BlobError) {
            permit = try await gate.enter()
            used = try await credentials?.credentials()
        } catch {
            throw .error(error)
        }
        let (signed, region) = sign(request, with: used)
        requests.count(request.kind)
        let response = try await exchange(request, signed, permit)
        if (200..<300).contains(response.status) {
            knowledge.withLock { $0.isBucketThere = true }
            return response
        }
        var failure = await S3Failure(response)
        failure.usedRegion = region
        failure.usedCredentials = used
        failure.usedChecksum = signed.hasChecksum
        throw .answer(failure)
    }

    /// Signs a request by what is known now.
    func sign(
        _ request: S3Request,
        with credentials: S3Credentials?
    ) -> (request: SignedRequest, region: String) {
        let region = region
        let (offset, refusesChecksums) = knowledge.withLock { knowledge in
            (knowledge.clockOffset, knowledge.refusesChecksums)
        }
        var request = request
        if refusesChecksums { request.checksum = nil }
        let signed = SignedRequest(
            request,
            at: settings.location(of: request.key, in: region),
            in: region,
            with: credentials,
            at: CalendarTime(secondsSince1970: WallClock.seconds + offset),
            userAgent: settings.options.userAgent
        )
        return (signed, region)
    }

    private func note(_ failure: S3Failure) {
        if failure.code == "NoSuchKey" { knowledge.withLock { $0.isBucketThere = true } }
    }

    /// Waits as long as a server has asked for.
    private func pause(_ time: Duration?) async throws(BlobError) {
        guard let time else { return }
        do {
            try await Task.sleep(for: time)
        } catch {
            throw BlobError.cancellation
        }
    }
}
