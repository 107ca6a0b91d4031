// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOHTTP1
import ObjectStorage
import Synchronization

/// What is done about failures that another try, made differently, may help against; each once a request.
struct Remedies {
    /// Servers refuse requests that are more than 15 minutes off; below this many seconds the clock is
    /// not the reason.
    private static let tolerance: Int64 = 240

    private var hasSetClock = false
    private var hasChangedRegion = false
    private var hasRenewedCredentials = false
    private var hasAskedForRegion = false

    /// Does something about a failure of a request; returns whether to try again at once.
    mutating func apply(
        _ failure: S3Failure,
        of request: S3Request,
        to client: S3Client
    ) async throws(BlobError) -> Bool {
        if setClock(failure, client) || changeRegion(failure, client)
            || renewCredentials(failure, client) || leaveOutChecksums(failure, client)
        {
            return true
        }
        return try await askForRegion(failure, request, client)
    }

    private mutating func setClock(_ failure: S3Failure, _ client: S3Client) -> Bool {
        guard !hasSetClock, failure.status == 403 || failure.status == 400,
            let time = failure.serverTime
        else { return false }
        let offset = time - WallClock.seconds
        let isNew = client.knowledge.withLock { knowledge in
            guard abs(offset - knowledge.clockOffset) > Self.tolerance else { return false }
            knowledge.clockOffset = offset
            return true
        }
        if isNew { hasSetClock = true }
        return isNew
    }

    private mutating func changeRegion(_ failure: S3Failure, _ client: S3Client) -> Bool {
        guard !hasChangedRegion, let region = failure.region, region != failure.usedRegion,
            failure.isAboutRegion
        else { return false }
        client.knowledge.withLock { $0.region = region }
        hasChangedRegion = true
        return true
    }

    private mutating func renewCredentials(_ failure: S3Failure, _ client: S3Client) -> Bool {
        guard !hasRenewedCredentials, let credentials = failure.usedCredentials,
            failure.isAboutExpiry
        else { return false }
        client.credentials?.forget(credentials)
        hasRenewedCredentials = true
        return true
    }

    /// The next try has none, so there is no need to count.
    private func leaveOutChecksums(_ failure: S3Failure, _ client: S3Client) -> Bool {
        guard failure.isAboutChecksum else { return false }
        client.knowledge.withLock { $0.refusesChecksums = true }
        return true
    }

    /// Some servers name the region only in the body, which answers to HEAD do not have.
    private mutating func askForRegion(
        _ failure: S3Failure,
        _ request: S3Request,
        _ client: S3Client
    ) async throws(BlobError) -> Bool {
        guard !hasAskedForRegion, request.method == .HEAD, failure.usedCredentials != nil,
            failure.isSilent, failure.region == nil
        else { return false }
        hasAskedForRegion = true
        try await client.askForRegion()
        return client.region != failure.usedRegion
    }
}
