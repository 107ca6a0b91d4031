// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import BlobStore

/// Keeps each blob in several services.
///
/// A write is complete when all of them have the blob. What one of them does not have, or cannot give, is
/// read from another, also in the middle of a blob, as ``SubstitutingBlobService`` does it.
public final class ReplicatedBlobService: WrappingBlobService {
    /// What is read.
    public let base: SubstitutingBlobService
    private let replicas: [any BlobService]

    /// Joins services, of which the first is read first.
    ///
    /// - Parameters:
    ///   - replicas: The services, at least one.
    ///   - options: How they are read.
    public init(
        _ replicas: [any BlobService],
        _ options: SubstitutingOptions = SubstitutingOptions()
    ) {
        precondition(!replicas.isEmpty, "no replicas")
        self.replicas = replicas
        let substituters = replicas.enumerated().map { index, replica in
            // Replicas have no need of each other only because one takes its time.
            Substituter(
                name: "replica \(index + 1)",
                replica,
                priority: index,
                timeout: .seconds(60)
            )
        }
        base = SubstitutingBlobService(substituters, options)
    }

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        var sinks: [any BlobSink] = []
        do throws(BlobError) {
            for replica in replicas { sinks.append(try await replica.makeSink(hint)) }
        } catch {
            for sink in sinks { sink.abort() }
            throw error
        }
        return JoinedSink(sinks) { [base] digest in base.forgetAbsence(of: digest) }
    }

    public func partialBlob(
        _ digest: BLAKE3Digest,
        size: UInt64
    ) async throws(BlobError) -> any PartialBlob {
        SeparateChunks(of: digest, size: size, in: self)
    }
}
