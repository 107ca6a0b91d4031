// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
public import BlobStore
import NIOCore

/// Lets a service do only so much at once; who comes later waits, and is served in turn.
///
/// A call counts while it runs, and a body or a sink only while it is asked for its next bytes, or given
/// some: nothing is held while its owner does something else, so that no number is too low.
public final class LimitedBlobService<Base: BlobService>: WrappingBlobService {
    /// The service underneath.
    public let base: Base
    private let gate: Gate

    /// Wraps a service.
    ///
    /// - Parameters:
    ///   - base: The service.
    ///   - callLimit: How many calls run at once, at least one.
    public init(_ base: Base, callLimit: Int) {
        precondition(callLimit > 0, "no calls at all")
        self.base = base
        gate = Gate(callLimit)
    }

    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        try await gate.pass { () throws(BlobError) in try await base.stat(digest, wanted) }
    }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        let body = try await gate.pass { () throws(BlobError) in
            try await base.read(digest, in: range)
        }
        return body.map { body in
            let pull = body.makeAsyncIterator()
            return BlobBody(size: body.size) { [gate] () throws(BlobError) in
                try await gate.pass { () throws(BlobError) in
                    var pull = pull
                    return try await pull.next()
                }
            }
        }
    }

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        LimitedSink(
            try await gate.pass { () throws(BlobError) in try await base.makeSink(hint) },
            gate
        )
    }

    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        try await gate.pass { () throws(BlobError) in try await base.missing(among: digests) }
    }

    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        try await gate.pass { () throws(BlobError) in
            try await base.outboard(of: digest, in: range)
        }
    }

    public func readSlice(
        _ digest: BLAKE3Digest,
        _ ranges: ChunkRanges
    ) async throws(BlobError) -> BlobSlice? {
        let slice = try await gate.pass { () throws(BlobError) in
            try await base.readSlice(digest, ranges)
        }
        return slice.map { slice in
            BlobSlice(form: slice.form, groupSize: slice.groupSize) {
                [gate] () throws(BlobError) in
                try await gate.pass(slice.next)
            }
        }
    }
}

private final class LimitedSink: BlobSink {
    private let sink: any BlobSink
    private let gate: Gate

    init(_ sink: any BlobSink, _ gate: Gate) {
        self.sink = sink
        self.gate = gate
    }

    func append(_ bytes: ByteBuffer) async throws(BlobError) {
        try await gate.pass { () throws(BlobError) in try await sink.append(bytes) }
    }

    func appendGroupValues(_ values: [BLAKE3Tree.ChainingValue]) async throws(BlobError) {
        try await gate.pass { () throws(BlobError) in
            try await sink.appendGroupValues(values)
        }
    }

    func commit(_ blob: VerifiedBlob) async throws(BlobError) {
        try await gate.pass { () throws(BlobError) in try await sink.commit(blob) }
    }

    func abort() { sink.abort() }
}
