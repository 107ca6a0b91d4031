// SPDX-License-Identifier: Apache-2.0
import BlobStore
import ObjectStorage

/// Remembers credentials, and looks for new ones before they expire, one request at a time.
final class CredentialCache: Sendable {
    private struct State {
        var found: FoundCredentials?
        /// When to look for new ones, in seconds since 1970.
        var renewal: Int64?
        var isLooking = false
    }

    /// How many seconds before they expire credentials are renewed.
    private static let margin: Int64 = 300
    /// How many seconds pass at least until credentials are looked for again.
    private static let pause: Int64 = 60

    private let place: any CredentialPlace
    private let state = WaitableState(State())

    init(_ place: any CredentialPlace) { self.place = place }

    /// The last credentials, if any, without waiting.
    var last: S3Credentials? { state.read { $0.found?.credentials } }

    /// Returns credentials that are valid for a while.
    func credentials() async throws(BlobError) -> S3Credentials {
        let known = try await state.wait { state -> S3Credentials?? in
            if let found = state.found, !Self.isDue(state.renewal) { return found.credentials }
            if state.isLooking {
                // While others look, what is still valid will do.
                guard let found = state.found, Self.isValid(found) else { return nil }
                return found.credentials
            }
            state.isLooking = true
            return .some(nil)
        }
        if let known { return known }
        do throws(BlobError) {
            guard let found = try await place.find() else {
                throw BlobError(.refused, "there are no credentials")
            }
            state.update { state in
                let renewal = found.expiration.map { max($0 - Self.margin, Self.now + Self.pause) }
                state = State(found: found, renewal: renewal)
            }
            return found.credentials
        } catch {
            let valid = state.update { state -> S3Credentials? in
                state.isLooking = false
                guard error.code != .cancelled, let found = state.found, Self.isValid(found) else {
                    return nil
                }
                state.renewal = Self.now + Self.pause
                return found.credentials
            }
            guard let valid else { throw error }
            return valid
        }
    }

    /// Forgets credentials that a server has refused, unless there are others already.
    func forget(_ credentials: S3Credentials) {
        state.update { state in
            if state.found?.credentials == credentials { state.found = nil }
        }
    }

    private static var now: Int64 { WallClock.seconds }

    private static func isDue(_ renewal: Int64?) -> Bool { renewal.map { $0 <= now } ?? false }

    private static func isValid(_ found: FoundCredentials) -> Bool {
        found.expiration.map { $0 > now } ?? true
    }
}
