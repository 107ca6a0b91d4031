// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
import BlobFiles
import BlobRecords
public import BlobStore
import NIOCore
import Synchronization

extension LocalBlobService {
    /// How many runs are read, 64 MiB each, before a reader who has gone is noticed.
    private static let runBatchCount = 64

    /// Returns the hashes that check the groups of 16 KiB which a range touches.
    ///
    /// A blob of a store that was made by a program without hash trees is read as a whole the first
    /// time; so is one whose tree is damaged. ``check(repair:progress:)`` does that for all blobs.
    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        switch try await open(digest) {
        case nil:
            return nil
        case .whole(let content):
            return try Outboard(of: content, digest, in: range)
        case .split(let entry, let tree):
            let wanted = try range.resolved(against: entry.size)
            let tree = if let tree { tree } else { try await buildTree(of: entry) }
            return try await Workers.run { () throws(BlobError) in
                try tree.outboard(for: tree.shape.groups(touching: wanted))
            }
        }
    }

    /// Makes the hash tree of a split blob from its content, and keeps it.
    ///
    /// Fails with `.corrupt` if the content is not that of the blob.
    func buildTree(of entry: IndexEntry) async throws(BlobError) -> BlobTree {
        let (reader, digest) = (reader, entry.digest)
        let blob = try await Workers.run { () throws(BlobError) in try reader.splitBlob(entry) }
        let record = try await hashTree(of: blob, digest)
        try await keep(record, of: digest)
        return BlobTree(digest, record, of: blob, reader: reader)
    }

    /// Returns the hash tree of a split blob, whose chunks and pages are in the index.
    ///
    /// It is computed from the content, unless there is an outboard with which that has been checked.
    /// Fails with `.corrupt` if the content is not that of the blob.
    func hashTree(
        of blob: SplitBlob,
        _ digest: BLAKE3Digest,
        provenBy outboard: Outboard? = nil
    ) async throws(BlobError) -> HashTreeRecord {
        let reader = reader
        let shape = HashTree(size: blob.size)
        let runCount = Int(HashTreeRecord.runCount(of: shape))
        let values: HashTreeRecord.Values
        if let outboard, outboard.tree == shape, outboard.digest == digest,
            let known = outboard.values(for: 0..<shape.groupCount)
        {
            return try await storeTree(known, ofSize: blob.size, digest)
        }
        if runCount == 1 {
            values = .groups(
                try await Workers.run { () throws(BlobError) in
                    try reader.groupValues(of: blob, digest, 0..<shape.groupCount)
                }
            )
        } else {
            values = .runs(try await storeRuns(runCount, of: blob, digest))
        }
        guard let record = HashTreeRecord(digest, size: blob.size, values) else {
            throw BlobError(.corrupt, "\(digest): its chunks make another blob")
        }
        return record
    }

    private func storeTree(
        _ values: [BLAKE3Tree.ChainingValue],
        ofSize size: UInt64,
        _ digest: BLAKE3Digest
    ) async throws(BlobError) -> HashTreeRecord {
        let chunks = chunks
        let record = try await Workers.run { () throws(BlobError) in
            var assembler = HashTreeAssembler()
            assembler.append(values)
            while let run = assembler.takeRun(atEnd: !assembler.runs.isEmpty) {
                assembler.runs.append(try chunks.store(run))
            }
            return assembler.record(of: digest, size: size)
        }
        guard let record else {
            throw BlobError(.corrupt, "\(digest): its hashes are those of another blob")
        }
        return record
    }

    private func keep(
        _ record: HashTreeRecord,
        of digest: BLAKE3Digest
    ) async throws(BlobError) {
        let chunks = chunks
        do throws(BlobError) {
            try await Workers.run { () throws(BlobError) in
                try chunks.log.append(record, of: digest)
            }
            try await commits.commit()
        } catch {
            guard error.meansNoWriting else { throw error }
        }
    }

    private func storeRuns(
        _ count: Int,
        of blob: SplitBlob,
        _ digest: BLAKE3Digest
    ) async throws(BlobError) -> [HashTreeRecord.Run] {
        var runs: [HashTreeRecord.Run] = []
        // The record of the blob may claim any size, so the runs are counted as they are found.
        while runs.count < count {
            try BlobError.checkCancellation()
            let end = min(count, runs.count + Self.runBatchCount)
            runs += try await storeRuns(runs.count..<end, of: blob, digest)
        }
        return runs
    }

    private func storeRuns(
        _ range: Range<Int>,
        of blob: SplitBlob,
        _ digest: BLAKE3Digest
    ) async throws(BlobError) -> [HashTreeRecord.Run] {
        let shape = HashTree(size: blob.size)
        let runs = Mutex([HashTreeRecord.Run?](repeating: nil, count: range.count))
        let (reader, chunks) = (reader, chunks)
        try await Workers.forEach(range.count) { index throws(BlobError) in
            let first = UInt64(range.lowerBound + index) * HashTreeRecord.runGroupCount
            let groups = first..<min(first + HashTreeRecord.runGroupCount, shape.groupCount)
            let values = try reader.groupValues(of: blob, digest, groups)
            let run: HashTreeRecord.Run
            do throws(BlobError) {
                run = try chunks.store(values)
            } catch {
                guard error.meansNoWriting else { throw error }
                run = HashTreeRecord.Run(of: values)
            }
            runs.withLock { $0[index] = run }
        }
        return runs.withLock { $0.compactMap(\.self) }
    }
}

extension BlobError {
    /// Whether a store cannot be written to, which is no reason not to read it: hash trees are kept only
    /// to save work.
    fileprivate var meansNoWriting: Bool { code == .refused || code == .unavailable }
}
