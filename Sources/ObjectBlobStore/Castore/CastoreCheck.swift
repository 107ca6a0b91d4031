// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobRecords
import BlobStore
import NIOCore
import ObjectStorage

/// One run of ``CastoreBlobService/check(repair:progress:)``.
struct CastoreCheck {
    private static let pageLength = 1000
    private static let readCount = 4

    let store: CastoreStore
    let isRepairing: Bool

    func run(
        _ progress: @escaping @Sendable (_ done: Int) -> Void
    ) async throws(BlobError) -> ObjectCheckReport {
        let list = CastoreList(of: store.storage)
        var report = ObjectCheckReport()
        var last: BLAKE3Digest?
        while true {
            let page = try await list.blobs(after: last, limit: Self.pageLength)
            guard let end = page.last else { return report }
            let problems = try await concurrentMap(page, atOnce: Self.readCount) {
                digest throws(BlobError) in
                try await problem(of: digest)
            }
            for (digest, problem) in zip(page, problems) {
                guard let problem else { continue }
                report.problems.append(problem)
                report.brokenBlobs.append("\(digest): is not complete")
                // What has been wrong once on the way here is no reason to remove it.
                if isRepairing, try await self.problem(of: digest) != nil {
                    try await remove(digest)
                    report.isRepaired = true
                }
            }
            report.blobCount += page.count
            progress(report.blobCount)
            last = end
        }
    }

    /// What is wrong with a blob, if something is.
    private func problem(of digest: BLAKE3Digest) async throws(BlobError) -> String? {
        if digest == .empty { return nil }
        do throws(BlobError) {
            guard case .split(let index) = try await store.find(digest) else { return nil }
            let content = try CastoreBody(digest, index, 0..<index.size, of: store)
            let body = BlobBody(size: index.size) { () throws(BlobError) in
                try await content.next()
            }
            _ = try await HashTreeRecord.build(of: digest, from: body, in: store.storage.name) {
                HashTreeRecord.Run(of: $0)
            }
            return nil
        } catch {
            guard error.code == .corrupt else { throw error }
            return error.message
        }
    }

    /// Removes a blob and those of its chunks that are damaged.
    private func remove(_ digest: BLAKE3Digest) async throws(BlobError) {
        var chunks: Set<BLAKE3Digest> = [digest]
        do throws(BlobError) {
            if case .split(let index) = try await store.find(digest) {
                chunks.formUnion(index.chunks.map(\.digest))
            }
        } catch {
            guard error.code == .corrupt else { throw error }
        }
        let unsound = try await concurrentMap(Array(chunks), atOnce: Self.readCount) {
            [chunks = store.chunks] digest throws(BlobError) -> String? in
            try await chunks.isSound(digest) ? nil : CastoreKeys.chunk(digest)
        }
        try await store.storage.delete([CastoreKeys.index(of: digest)] + unsound.compactMap(\.self))
    }
}
