// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import SystemPackage

/// Stores the content of inputs.
struct BlobUpload: Sendable {
    let service: any BlobService
    let progress: Progress

    /// Hands over all at once what is small, if the service takes that, and returns what tells of it when it is
    /// as durable as was asked for.
    func stage(
        _ inputs: inout [Input],
        _ results: InputResults
    ) async throws -> (@Sendable () async throws -> Void)? {
        guard let service = service as? any StagingBlobService else { return nil }
        let limit = service.stagingByteLimit
        var (small, rest, contents): ([(Int, FilePath, UInt64)], [Input], [ByteBuffer]) = (
            [], [], []
        )
        for input in inputs {
            if let content = input.whole, content.readableBytes <= limit {
                small.append((input.position, input.name, UInt64(content.readableBytes)))
                contents.append(content)
            } else {
                rest.append(input)
            }
        }
        guard !contents.isEmpty, let staged = try await service.stage(contents) else { return nil }
        inputs = rest
        return { [progress, small] in
            try await staged.commit()
            for ((position, name, size), digest) in zip(small, staged.digests) {
                progress.add(bytes: Int(size), files: 1)
                try results.add(position, name, digest, size)
            }
        }
    }

    /// Stores one blob and returns its digest and size when it is as durable as was asked for.
    func put(_ content: FileContent) async throws -> (digest: BLAKE3Digest, size: UInt64) {
        switch content {
        case .whole(let bytes):
            let digest = try await service.put(bytes)
            progress.add(bytes: bytes.readableBytes, files: 1)
            return (digest, UInt64(bytes.readableBytes))
        case .stream(let file):
            var writer = try await BlobWriter(to: service, WriteHint(size: file.status.size))
            try await file.forEachPiece { piece in
                try await writer.write(piece)
                progress.add(bytes: piece.readableBytes)
            }
            let size = writer.byteCount
            progress.add(files: 1)
            return (try await writer.finish(), size)
        }
    }
}
