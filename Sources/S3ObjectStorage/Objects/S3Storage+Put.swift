// SPDX-License-Identifier: Apache-2.0
public import BlobStore
public import NIOCore
import NIOHTTP1
public import ObjectStorage

extension S3Storage {
    /// Writes an object, in place of one that is there.
    ///
    /// Content larger than the options say is sent in parts, four at once; it is not sent if it must not
    /// replace anything and something is there. Content of a smaller size is sent before the server says
    /// so.
    ///
    /// - Parameters:
    ///   - key: Its name.
    ///   - content: Its bytes.
    ///   - condition: When to do it. Some servers ignore it; with one that knows nothing of it, the object
    ///     is written.
    /// - Returns: Whether it has been written.
    /// - Throws: The code is `refused`, `unavailable`, `corrupt` or `cancelled`. Nothing is left then of what
    ///   was sent in parts.
    public func put(
        _ key: String,
        _ content: [ByteBuffer],
        _ condition: PutCondition
    ) async throws(BlobError) -> Bool {
        let options = client.settings.options
        let parts = Partition(content, partByteCount: options.partByteCount)
        guard parts.byteCount > options.partByteCount else {
            return try await putWhole(try fullKey(key), .hashing(content), condition)
        }
        if condition == .ifAbsent, try await head(key) != nil { return false }
        let upload = MultipartUpload(client, try fullKey(key), parts, condition)
        var backoff = Backoff(options.retryCount)
        while true {
            switch try await upload.run() {
            case .written: return true
            case .exists: return false
            case .conflict(let error): try await backoff.wait(after: error, isPassing: true)
            case .vanished(let error):
                // It may have been completed by a request whose answer was lost.
                if try await head(key)?.size == UInt64(parts.byteCount) { return true }
                try await backoff.wait(after: error, isPassing: true)
            }
        }
    }

    private func putWhole(
        _ key: String,
        _ payload: Payload,
        _ condition: PutCondition
    ) async throws(BlobError) -> Bool {
        var request = S3Request("PutObject", .put, .PUT, key)
        request.payload = payload
        request.checksum = (name: Payload.checksumHeader, value: payload.checksum)
        if condition == .ifAbsent {
            request.headers.append(("If-None-Match", "*"))
            request.declining = [412, 501]
        }
        let answer = try await client.perform(request) { (response) throws(Problem) in
            _ = try await client.collect(response, upTo: XMLAnswer.largest)
        }
        switch answer {
        case .value: return true
        case .declined(let failure) where failure.status == 412: return false
        case .declined: return try await putWhole(key, payload, .always)
        }
    }
}
