// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import SystemPackage

/// Copies a blob, or part of one, out of a service.
struct BlobDownload: Sendable {
    /// A file is written in sections of this size, in bytes, several at once, if the store is near.
    private static let sectionByteCount: UInt64 = 16 << 20
    private static let concurrentSectionCount = System.coreCount + 1
    /// How much is collected before it is written.
    private static let stepByteCount = 1 << 20

    let service: any BlobService
    let digest: BLAKE3Digest
    /// The size of the whole blob.
    let size: UInt64
    /// Whether sections would have to wait for each other.
    var isRemote = false
    let progress: Progress

    /// Writes a range of the blob to where the user wants it.
    func copy(_ range: Range<UInt64>, to target: FilePath) async throws {
        switch try await Blocking.run({ try OutputTarget(target) }) {
        case .stream(let stream):
            try await copy(range, to: stream)
        case .file(let file):
            try await copy(range, to: file)
            try await Blocking.run { try file.complete() }
        }
    }

    /// Writes a range of the blob into a file, whose first byte is the first of the range.
    func copy(_ range: Range<UInt64>, to file: OutputFile) async throws {
        try await Blocking.run { try file.resize(to: UInt64(range.count)) }
        try await copy([range], to: file, startingAt: range.lowerBound)
    }

    /// Writes ranges of the blob into a file, whose first byte is byte `start` of the blob.
    func copy(
        _ ranges: [Range<UInt64>],
        to file: OutputFile,
        startingAt start: UInt64 = 0
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, section) in ranges.flatMap(sections).enumerated() {
                if index >= Self.concurrentSectionCount { try await group.next() }
                group.addTask {
                    try await copy(section: section, to: file, at: section.lowerBound - start)
                }
            }
            try await group.waitForAll()
        }
    }

    private func sections(of range: Range<UInt64>) -> [Range<UInt64>] {
        if isRemote { return [range] }
        return stride(from: range.lowerBound, to: range.upperBound, by: Int(Self.sectionByteCount))
            .map { $0..<min($0 + Self.sectionByteCount, range.upperBound) }
    }

    @concurrent
    private func copy(
        section: Range<UInt64>,
        to file: OutputFile,
        at offset: UInt64
    ) async throws {
        try await copy(try await open(section), to: file, at: offset)
    }

    /// Writes all of a body into a file.
    func copy(
        _ body: BlobBody.AsyncIterator,
        to file: OutputFile,
        at offset: UInt64
    ) async throws {
        var body = body
        var offset = offset
        while true {
            let pieces = try await nextStep(&body)
            let byteCount = pieces.reduce(0) { $0 + $1.readableBytes }
            if byteCount == 0 { return }
            let start = offset
            try await Blocking.run {
                var position = start
                for piece in pieces {
                    try file.write(piece.readableBytesSpan, at: position)
                    position += UInt64(piece.readableBytes)
                }
            }
            offset += UInt64(byteCount)
            progress.add(bytes: byteCount)
        }
    }

    /// Writes a range of the blob in order, reading ahead one step.
    func copy(_ range: Range<UInt64>, to output: OutputStream) async throws {
        var body = try await open(range)
        // Whoever waits for the first bytes gets them at once.
        var pieces = try await nextStep(&body, upTo: 1)
        while !pieces.isEmpty {
            let step = pieces
            async let written: Void = write(step, to: output)
            pieces = try await nextStep(&body)
            try await written
        }
    }

    @concurrent
    private func write(_ pieces: [ByteBuffer], to output: OutputStream) async throws {
        try await Blocking.run {
            for piece in pieces { try output.write(piece.readableBytesSpan) }
        }
        progress.add(bytes: pieces.reduce(0) { $0 + $1.readableBytes })
    }

    private func open(_ range: Range<UInt64>) async throws -> BlobBody.AsyncIterator {
        // Stores do better if they know that it is all.
        let isAll = range == 0..<size
        let wanted = isAll ? .all : ByteRange(from: range.lowerBound, upTo: range.upperBound)
        guard let body = try await service.read(digest, in: wanted) else {
            throw Failure(absent: digest)
        }
        return body.makeAsyncIterator()
    }

    /// Returns the next bytes, enough to make writing them worth while, or nothing at the end.
    private func nextStep(
        _ body: inout BlobBody.AsyncIterator,
        upTo limit: Int = BlobDownload.stepByteCount
    ) async throws -> [ByteBuffer] {
        var pieces: [ByteBuffer] = []
        var byteCount = 0
        while byteCount < limit, let piece = try await body.next() {
            pieces.append(piece)
            byteCount += piece.readableBytes
        }
        return pieces
    }
}

extension Failure {
    /// Says that a blob is not in the store.
    init(absent digest: BLAKE3Digest) {
        self.init(.absent, "\(digest): is not in the store")
    }
}
