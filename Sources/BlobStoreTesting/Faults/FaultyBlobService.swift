// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
public import BlobStore
import NIOCore
import Synchronization

/// A service that goes wrong on purpose, for tests of those who use it.
///
/// What is said of bodies holds for slices too; outboards are passed on as they are.
public struct FaultyBlobService<Base: BlobService>: WrappingBlobService {
    /// What goes wrong.
    public enum Fault: Sendable {
        /// Calls number `first` and later, counted from 0 over all methods, throw this error.
        case failing(from: Int, BlobError)
        /// Bodies end after this many bytes as if all were well.
        case truncating(after: Int)
        /// Bodies have one bit changed in the byte at this offset of what is read.
        case flippingBit(at: Int)
        /// Bodies go on for ever with zeros behind their last byte.
        case endless
        /// Bodies yield nothing after this many bytes until their reader is cancelled.
        case stalling(after: Int)
    }

    /// The service underneath.
    public let base: Base
    private let fault: Fault
    private let calls = CallCounter()

    /// Wraps a service.
    public init(_ base: Base, _ fault: Fault) {
        self.base = base
        self.fault = fault
    }

    /// The number of calls so far.
    public var callCount: Int { calls.value }

    private func count() throws(BlobError) {
        let number = calls.take()
        if case .failing(let first, let error) = fault, number >= first { throw error }
    }

    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        try count()
        return try await base.stat(digest, wanted)
    }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        try count()
        guard let body = try await base.read(digest, in: range) else { return nil }
        let source = FaultySource(body, fault)
        return BlobBody(size: body.size) { () throws(BlobError) in try await source.next() }
    }

    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        try count()
        return try await base.outboard(of: digest, in: range)
    }

    public func readSlice(
        _ digest: BLAKE3Digest,
        _ ranges: ChunkRanges
    ) async throws(BlobError) -> BlobSlice? {
        try count()
        guard let slice = try await base.readSlice(digest, ranges) else { return nil }
        let source = FaultySource(BlobBody(size: 0, next: slice.next), fault)
        return BlobSlice(form: slice.form, groupSize: slice.groupSize) { () throws(BlobError) in
            try await source.next()
        }
    }

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        try count()
        return try await base.makeSink(hint)
    }

    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        try count()
        return try await base.missing(among: digests)
    }

    private final class CallCounter: Sendable {
        private let count = Atomic(0)
        var value: Int { count.load(ordering: .relaxed) }
        func take() -> Int { count.add(1, ordering: .relaxed).oldValue }
    }

    /// Applies the fault to the bytes of one body.
    private final class FaultySource: Sendable {
        private let fault: Fault
        private let state: Mutex<(body: BlobBody.AsyncIterator, offset: Int)>

        init(_ body: BlobBody, _ fault: Fault) {
            self.fault = fault
            state = Mutex((body.makeAsyncIterator(), 0))
        }

        func next() async throws(BlobError) -> ByteBuffer? {
            var (body, offset) = state.withLock { $0 }
            guard var buffer = try await body.next() else {
                guard case .endless = fault else { return nil }
                return ByteBuffer(repeating: 0, count: 65_536)
            }
            switch fault {
            case .failing, .endless:
                break
            case .truncating(let limit):
                guard let rest = buffer.readSlice(length: min(buffer.readableBytes, limit - offset))
                else { return nil }
                buffer = rest
            case .stalling(let limit):
                guard offset < limit else {
                    try? await Task.sleep(for: .seconds(3600))
                    throw BlobError(.cancelled, "cancelled while the service stalled")
                }
            case .flippingBit(let position):
                let index = position - offset
                if (0..<buffer.readableBytes).contains(index),
                    let byte: UInt8 = buffer.getInteger(at: buffer.readerIndex + index)
                {
                    buffer.setInteger(byte ^ 1, at: buffer.readerIndex + index)
                }
            }
            offset += buffer.readableBytes
            state.withLock { $0 = (body, offset) }
            return buffer
        }
    }
}
