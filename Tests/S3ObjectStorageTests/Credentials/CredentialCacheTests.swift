// SPDX-License-Identifier: Apache-2.0
import BlobStore
import ObjectStorage
import Synchronization
import Testing

@testable import S3ObjectStorage

@Suite struct CredentialCacheTests {
    /// Gives other credentials each time, which are valid for some seconds.
    private final class Place: CredentialPlace {
        let seconds: Int64?
        let count = Mutex(0)
        let gate: Gate?
        let error = Mutex<BlobError?>(nil)

        init(validFor seconds: Int64?, behind gate: Gate? = nil) {
            self.seconds = seconds
            self.gate = gate
        }

        func find() async throws(BlobError) -> FoundCredentials? {
            let number = count.withLock { count in
                count += 1
                return count
            }
            if let gate { _ = try await gate.enter() }
            if let error = error.withLock({ $0 }) { throw error }
            return FoundCredentials(
                credentials: S3Credentials(accessKeyID: "\(number)", secretAccessKey: "x"),
                expiration: seconds.map { WallClock.seconds + $0 }
            )
        }
    }

    @Test func looksOnce() async throws {
        for seconds: Int64? in [nil, 3_600] {
            let place = Place(validFor: seconds)
            let cache = CredentialCache(place)
            for _ in 0..<3 { #expect(try await cache.credentials().accessKeyID == "1") }
        }
    }

    @Test func looksForAllWhoWait() async throws {
        let gate = Gate(1)
        var permit: Gate.Permit? = try await gate.enter()
        #expect(permit != nil)
        let place = Place(validFor: 3_600, behind: gate)
        let cache = CredentialCache(place)
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 {
                group.addTask { try await cache.credentials().accessKeyID }
            }
            try await wait { place.count.withLock { $0 } == 1 }
            permit = nil
            for try await name in group { #expect(name == "1") }
        }
        #expect(place.count.withLock { $0 } == 1)
    }

    @Test func somebodyElseLooksAfterACancellation() async throws {
        let gate = Gate(1)
        var permit: Gate.Permit? = try await gate.enter()
        #expect(permit != nil)
        let place = Place(validFor: 3_600, behind: gate)
        let cache = CredentialCache(place)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await cache.credentials() }
            try await wait { place.count.withLock { $0 } == 1 }
            group.cancelAll()
            await #expect(throws: BlobError.self) { try await group.next() }
        }
        permit = nil
        #expect(try await cache.credentials().accessKeyID == "2")
    }

    @Test func keepsWhatIsValidIfThereIsNothingNew() async throws {
        let place = Place(validFor: 3_600)
        let cache = CredentialCache(place)
        #expect(try await cache.credentials().accessKeyID == "1")
        cache.forget(S3Credentials(accessKeyID: "other", secretAccessKey: "x"))
        #expect(try await cache.credentials().accessKeyID == "1")
        cache.forget(S3Credentials(accessKeyID: "1", secretAccessKey: "x"))
        #expect(cache.last == nil)
        place.error.withLock { $0 = BlobError(.unavailable, "down") }
        #expect(try await failure { _ = try await cache.credentials() }.code == .unavailable)
        place.error.withLock { $0 = nil }
        #expect(try await cache.credentials().accessKeyID == "3")
        #expect(cache.last?.accessKeyID == "3")
    }
}
