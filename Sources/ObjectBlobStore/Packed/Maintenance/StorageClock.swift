// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import ObjectStorage

extension ObjectStorage {
    private static var clockKey: String { "packed/clock" }

    /// The time by the clock that the ages of objects are told by, in seconds since 1970.
    ///
    /// Costs two requests, since it takes an object that is new.
    func currentTime() async throws(BlobError) -> Int64 {
        try await put(Self.clockKey, ByteBuffer())
        guard let info = try await head(Self.clockKey) else {
            throw BlobError(.unavailable, "\(name)/\(Self.clockKey): is gone at once")
        }
        return info.modificationTime
    }
}
