// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao

/// Where a blob comes from that has to be checked, with the name that errors give it.
struct UntrustedSource: Sendable {
    let digest: BLAKE3Digest
    let service: any BlobService
    let name: String

    /// Opens a range of the blob, or returns `nil` if it is not there.
    func read(_ range: Range<UInt64>) async throws(BlobError) -> BlobBody? {
        do throws(BlobError) {
            return try await service.read(digest, in: ByteRange(range))
        } catch {
            throw contradiction(error, range)
        }
    }

    /// Returns hashes of the blob that check at least the groups which a range touches.
    func outboard(for range: Range<UInt64>) async throws(BlobError) -> Outboard? {
        let outboard: Outboard?
        do throws(BlobError) {
            outboard = try await service.outboard(of: digest, in: ByteRange(range))
        } catch {
            throw contradiction(error, range)
        }
        guard let outboard else { return nil }
        let groups = outboard.tree.groups(touching: range)
        guard outboard.digest == digest, outboard.groups.clamped(to: groups) == groups
        else { throw corrupt("sends hashes of another blob, or of another part") }
        return outboard
    }

    /// The service itself has said that the blob is long enough for every range that it is asked for.
    private func contradiction(_ error: BlobError, _ range: Range<UInt64>) -> BlobError {
        guard error.code == .invalidRange else { return error }
        return corrupt("has no bytes \(range.lowerBound)..<\(range.upperBound), against its word")
    }

    func corrupt(_ problem: String) -> BlobError {
        BlobError(.corrupt, "\(digest) from \(name): \(problem)")
    }
}

extension ByteRange {
    fileprivate init(_ range: Range<UInt64>) {
        self.init(from: range.lowerBound, upTo: range.upperBound)
    }
}
