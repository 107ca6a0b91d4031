// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import BlobStore

/// The blobs of another server, over gRPC; everything that it sends is checked.
public final class GRPCBlobService: BlobService {
    /// Creates a client; it connects when ``run()`` runs.
    public init(_ address: GRPCAddress) throws(BlobError) {
    }

    /// Keeps the connections until the task is cancelled. Calls made before are waited for.
    public func run() async throws(BlobError) {
    }

    /// Runs `body` with a client that is connected meanwhile.
    public static func connected<Result: Sendable>(
        to address: GRPCAddress,
        _ body: (GRPCBlobService) async throws -> Result
    ) async throws -> Result {
        try await body(GRPCBlobService(address))
    }

    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? { nil }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? { nil }

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        throw BlobError(.unavailable, "not yet")
    }
}
