// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import NIOCore
import SystemPackage

/// Copies a blob into a file, and goes on where an earlier attempt has stopped.
struct ResumableDownload: Sendable {
    /// A smaller blob, in bytes, is not worth a file that stays.
    private static let smallestByteCount: UInt64 = 1 << 20
    /// How much of a file is checked with the hashes of one question to the store.
    private static let windowByteCount: UInt64 = 256 << 20
    private static let stepByteCount: UInt64 = 1 << 20

    let download: BlobDownload

    private var digest: BLAKE3Digest { download.digest }

    /// Copies a blob to where the user wants it.
    func copy(to target: FilePath) async throws {
        guard download.size >= Self.smallestByteCount, let file = try await open(target) else {
            try await download.copy(0..<download.size, to: target)
            return
        }
        let missing = try await missingParts(of: file)
        do {
            try await download.copy(missing, to: file)
        } catch {
            let kept = download.progress.byteCount
            if kept > 0 {
                Terminal.note(
                    "\(target): \(ByteCount(kept)) of \(ByteCount(download.size)) are kept;"
                        + " the same command goes on from there"
                )
            }
            throw error
        }
        try await Blocking.run { try file.complete() }
    }

    /// Opens the partial file; `nil` if the target is no file, or there can be none.
    private func open(_ target: FilePath) async throws -> OutputFile? {
        try await Blocking.run {
            guard OutputTarget.isFile(target) else { return nil }
            let (name, folder) = try OutputFile.place(of: target)
            do {
                let file = OutputFile(name, try PartialFile(of: digest, in: folder))
                try file.resize(to: download.size)
                return file
            } catch let error as PartialFile.Unusable {
                Terminal.note("\(target): cannot be resumed later, as \(error.reason)")
                return nil
            }
        }
    }

    /// Finds out which parts of the blob are not in a file, or not what they should be.
    private func missingParts(of file: OutputFile) async throws -> [Range<UInt64>] {
        var missing: [Range<UInt64>] = []
        var start: UInt64 = 0
        while start < download.size {
            let window = start..<min(start + Self.windowByteCount, download.size)
            let content = try await Blocking.run { file.nextContent(from: window.lowerBound) }
            if let content, content.overlaps(window) {
                let range = ByteRange(from: window.lowerBound, upTo: window.upperBound)
                guard let outboard = try await download.service.outboard(of: digest, in: range),
                    outboard.tree.size == download.size
                else { return try await startAnew(file) }
                missing += try await Blocking.run {
                    try missingParts(of: window, in: file, outboard)
                }
            } else {
                missing.append(window)
            }
            start = window.upperBound
        }
        return missing.joined()
    }

    /// Gives up what is in a file, as the store sends nothing that it could be checked with.
    private func startAnew(_ file: OutputFile) async throws -> [Range<UInt64>] {
        try await Blocking.run {
            try file.resize(to: 0)
            try file.resize(to: download.size)
        }
        return [0..<download.size]
    }

    private func missingParts(
        of window: Range<UInt64>,
        in file: OutputFile,
        _ outboard: Outboard
    ) throws -> [Range<UInt64>] {
        var missing: [Range<UInt64>] = []
        for start in stride(
            from: window.lowerBound,
            to: window.upperBound,
            by: Int(Self.stepByteCount)
        ) {
            try Task.checkCancellation()
            let step = start..<min(start + Self.stepByteCount, window.upperBound)
            guard let content = file.nextContent(from: start), content.overlaps(step) else {
                missing.append(step)
                continue
            }
            let bytes = try file.read(step)
            let found = Self.mismatches(bytes, at: start, of: step, outboard)
            missing += found
            let absent = found.reduce(0) { $0 + $1.count }
            download.progress.add(bytes: step.count - absent)
        }
        return missing
    }

    /// The groups of 16 KiB of a step that do not match their hashes.
    private static func mismatches(
        _ bytes: ByteBuffer,
        at start: UInt64,
        of step: Range<UInt64>,
        _ outboard: Outboard
    ) -> [Range<UInt64>] {
        guard bytes.readableBytes == step.count else { return [step] }
        let groupByteCount = outboard.tree.groupSize.byteCount
        let first = start / UInt64(groupByteCount)
        if (try? outboard.check(bytes.readableBytesSpan, at: first)) != nil { return [] }
        var wrong: [Range<UInt64>] = []
        var rest = bytes
        var group = first
        while let part = rest.readSlice(length: min(groupByteCount, rest.readableBytes)),
            part.readableBytes > 0
        {
            if (try? outboard.check(part.readableBytesSpan, at: group)) == nil {
                wrong.append(outboard.tree.bytes(ofGroups: group..<group + 1))
            }
            group += 1
        }
        return wrong
    }
}

extension [Range<UInt64>] {
    /// The same ranges, those that touch each other joined.
    fileprivate func joined() -> Self {
        reduce(into: []) { joined, range in
            if let last = joined.last, last.upperBound == range.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<range.upperBound
            } else {
                joined.append(range)
            }
        }
    }
}
