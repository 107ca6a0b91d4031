// SPDX-License-Identifier: Apache-2.0
import BlobFiles
import BlobStore
import NIOCore
import NIOHTTP1
import ObjectStorage

/// Writes an object in parts.
struct MultipartUpload: Sendable {
    /// How it has ended.
    enum Ending {
        case written
        /// There was an object, and it must not be replaced.
        case exists
        /// Somebody else was writing the object; it has to be done again.
        case conflict(BlobError)
        /// The server does not know the upload any more.
        case vanished(BlobError)
    }

    /// How many parts are sent at once.
    private static let partsAtOnce = 4

    private let client: S3Client
    private let key: String
    private let parts: Partition
    private let condition: PutCondition

    init(_ client: S3Client, _ key: String, _ parts: Partition, _ condition: PutCondition) {
        self.client = client
        self.key = key
        self.parts = parts
        self.condition = condition
    }

    /// Sends everything; unless it is written then, nothing is left at the server.
    func run() async throws(BlobError) -> Ending {
        let id = try await begin()
        do throws(BlobError) {
            let sent = try await sendParts(id)
            let ending = try await complete(id, sent, condition)
            if case .written = ending { return ending }
            await abort(id)
            return ending
        } catch {
            await abort(id)
            throw error
        }
    }

    private func begin() async throws(BlobError) -> String {
        var request = S3Request("CreateMultipartUpload", .put, .POST, key)
        request.query = [("uploads", "")]
        request.checksum = (name: "x-amz-checksum-algorithm", value: "SHA256")
        let document = try await client.value(of: request) { (response) throws(Problem) in
            try await client.decode(
                BeganUpload.self,
                root: "InitiateMultipartUpload",
                response
            )
        }
        return document.id
    }

    /// Sends the parts.
    private func sendParts(_ id: String) async throws(BlobError) -> [SentPart] {
        let result: Result<[SentPart], BlobError> = await withTaskGroup(
            of: (Int, Result<SentPart, BlobError>).self
        ) { group in
            defer { group.cancelAll() }
            var sent = [SentPart](repeating: SentPart(tag: "", checksum: nil), count: parts.count)
            var started = 0
            func start() {
                guard started < parts.count else { return }
                group.addTask { [number = started] in (number, await send(number, id)) }
                started += 1
            }
            for _ in 0..<Self.partsAtOnce { start() }
            while let (number, result) = await group.next() {
                switch result {
                case .success(let part): sent[number] = part
                case .failure(let error): return .failure(error)
                }
                start()
            }
            return .success(sent)
        }
        return try result.get()
    }

    private func send(_ number: Int, _ id: String) async -> Result<SentPart, BlobError> {
        var request = S3Request("UploadPart", .part, .PUT, key)
        request.query = [("partNumber", "\(number + 1)"), ("uploadId", id)]
        do throws(BlobError) {
            // Making a part may copy it.
            request.payload = try await Workers.run { () throws(BlobError) in
                Payload(parts.part(number))
            }
            request.checksum = (name: Payload.checksumHeader, value: request.payload.checksum)
            let part = try await client.value(of: request) { (response) throws(Problem) in
                _ = try await client.collect(response, upTo: XMLAnswer.largest)
                guard let tag = response.entityTag else {
                    throw .error(BlobError(.corrupt, "the answer has no ETag"))
                }
                return SentPart(tag: tag, checksum: response.header(Payload.checksumHeader))
            }
            return .success(part)
        } catch {
            return .failure(error)
        }
    }

    private func complete(
        _ id: String,
        _ sent: [SentPart],
        _ condition: PutCondition
    ) async throws(BlobError) -> Ending {
        var request = S3Request("CompleteMultipartUpload", .put, .POST, key)
        request.query = [("uploadId", id)]
        request.payload = try await .hashing([CompletedParts(parts: sent).document])
        request.headers = [("Content-Type", "application/xml")]
        request.declining = [404]
        if condition == .ifAbsent {
            request.headers.append(("If-None-Match", "*"))
            request.declining.formUnion([409, 412, 501])
        }
        let answer = try await client.perform(request) { (response) throws(Problem) in
            _ = try await client.decode(
                CompletedUpload.self,
                root: "CompleteMultipartUpload",
                response
            )
        }
        guard case .declined(let failure) = answer else { return .written }
        let error = client.described(failure, of: request)
        switch failure.status {
        case 412: return .exists
        case 409: return .conflict(error)
        case 501: return try await complete(id, sent, .always)
        default:
            guard failure.code == "NoSuchUpload" else { throw error }
            return .vanished(error)
        }
    }

    /// Takes everything back, even if the task has been cancelled, as far as the server lets it.
    private func abort(_ id: String) async {
        var request = S3Request("AbortMultipartUpload", .put, .DELETE, key)
        request.query = [("uploadId", id)]
        await client.performRegardless(request, within: .seconds(5))
    }
}
