// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOHTTP1
import ObjectStorage
import Synchronization

/// Whether a bucket has been asked for its region.
enum RegionInquiry {
    case open
    case underWay
    case done
}

extension S3Client {
    /// Learns the region from a refusal that has a body, once, unless it has been learned or something has
    /// worked already; waits if somebody else is doing it.
    ///
    /// - Throws: The code is `cancelled`. Other failures are not thrown: they may have named the region.
    func askForRegion() async throws(BlobError) {
        let isNeeded = knowledge.withLock { $0.region == nil && !$0.isBucketThere }
        guard isNeeded else { return }
        let isOurTurn = try await regionInquiry.wait { inquiry -> Bool? in
            switch inquiry {
            case .open:
                inquiry = .underWay
                return true
            case .underWay: return nil
            case .done: return false
            }
        }
        guard isOurTurn else { return }
        // A list of nothing.
        var question = S3Request("ListObjectsV2", .list, .GET, nil)
        question.query = [("list-type", "2"), ("max-keys", "0")]
        do throws(BlobError) {
            _ = try await perform(question) { (response) throws(Problem) in
                _ = try await collect(response, upTo: XMLAnswer.largest)
            }
        } catch {
            guard error.code != .cancelled && error.code != .unavailable else {
                regionInquiry.update { $0 = .open }
                if error.code == .cancelled { throw error }
                return
            }
        }
        regionInquiry.update { $0 = .done }
    }
}
