// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import SystemPackage

/// Makes many files out of blobs.
///
/// Several batches, each of files in one folder, are under way at once. The small blobs of a batch
/// are read one after the other, from a server several at once, and then written together; a large
/// blob is copied by itself.
struct FileRestorer: Sendable {
    private static let concurrentBatchCount = System.coreCount * 4
    private static let maximumSmallByteCount: UInt64 = 1 << 20
    /// How many small blobs of a batch are read ahead from a server.
    private static let readAheadCount = 8

    let service: any BlobService
    let isRemote: Bool
    let folders: OutputFolderTree
    let tally: Tally
    let progress: Progress

    /// Restores all files of a plan.
    ///
    /// What goes wrong with one file is reported, and the others are restored.
    func restore(_ plan: RestorePlan) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, batch) in plan.batches.enumerated() {
                if index >= Self.concurrentBatchCount { try await group.next() }
                group.addTask { try await restore(batch) }
            }
            try await group.waitForAll()
        }
    }

    @concurrent
    private func restore(_ batch: RestorePlan.Batch) async throws {
        let folder: OutputFolder
        do {
            folder = try await Blocking.run { try folders.open(batch.folder) }
        } catch {
            try skip(error)
            return
        }
        var small: [SmallFile] = []
        var byteCount = 0
        let step = isRemote ? Self.readAheadCount : 1
        for start in stride(from: 0, to: batch.files.count, by: step) {
            let files = Array(batch.files[start..<min(start + step, batch.files.count)])
            let contents = try await Lanes.map(files, count: step) { file in
                try await restoreOrRead(file, in: folder)
            }
            for (file, content) in zip(files, contents) {
                guard let content else { continue }
                small.append(SmallFile(name: file.name, content: content))
                byteCount += content.readableBytes
            }
            if byteCount > Self.maximumSmallByteCount {
                try await write(small, in: folder)
                (small, byteCount) = ([], 0)
            }
        }
        try await write(small, in: folder)
    }

    /// Returns the content of a small blob, and restores a large one.
    private func restoreOrRead(
        _ file: RestorePlan.File,
        in folder: OutputFolder
    ) async throws -> ByteBuffer? {
        guard let body = try await open(file, in: folder) else { return nil }
        if body.size <= Self.maximumSmallByteCount { return try await read(body) }
        try await restoreLarge(file, body, in: folder)
        return nil
    }

    private func open(
        _ file: RestorePlan.File,
        in folder: OutputFolder
    ) async throws -> BlobBody? {
        do {
            if let body = try await service.read(file.digest) { return body }
            throw Failure(
                .absent,
                "\(folder.path.appending(file.name)): \(file.digest) is not in the store"
            )
        } catch {
            try skip(error)
            return nil
        }
    }

    private func read(_ body: BlobBody) async throws -> ByteBuffer? {
        do {
            return try await body.collect(upTo: Int(Self.maximumSmallByteCount))
        } catch {
            try skip(error)
            return nil
        }
    }

    private func restoreLarge(
        _ file: RestorePlan.File,
        _ body: BlobBody,
        in folder: OutputFolder
    ) async throws {
        let download = BlobDownload(
            service: service,
            digest: file.digest,
            size: body.size,
            isRemote: isRemote,
            progress: progress
        )
        do {
            let output = try await Blocking.run { try OutputFile(file.name, in: folder) }
            if isRemote {
                try await download.copy(body.makeAsyncIterator(), to: output, at: 0)
            } else {
                try await download.copy(0..<body.size, to: output)
            }
            try await Blocking.run { try output.complete() }
            progress.add(files: 1)
        } catch {
            try skip(error)
        }
    }

    private struct SmallFile: Sendable {
        var name: FilePath.Component
        var content: ByteBuffer
    }

    private func write(_ files: [SmallFile], in folder: OutputFolder) async throws {
        if files.isEmpty { return }
        try await Blocking.run {
            for file in files {
                do {
                    let output = try OutputFile(file.name, in: folder)
                    try output.write(file.content.readableBytesSpan, at: 0)
                    try output.complete()
                    progress.add(bytes: file.content.readableBytes, files: 1)
                } catch {
                    try skip(error)
                }
            }
        }
    }

    /// Reports what concerns one file; throws what will concern all that follow.
    private func skip(_ error: any Error) throws {
        let failure = Failure(error)
        guard failure.concernsOneFile else { throw failure }
        tally.report(failure)
    }
}
