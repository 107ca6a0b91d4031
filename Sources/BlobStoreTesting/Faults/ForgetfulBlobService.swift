// SPDX-License-Identifier: Apache-2.0
import BLAKE3
package import BlobStore
import NIOCore

/// A service that passes on the bytes of what is written, and not the hashes.
package struct ForgetfulBlobService<Base: BlobService>: WrappingBlobService {
    package let base: Base

    package init(_ base: Base) { self.base = base }

    package func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        ForgetfulSink(try await base.makeSink(hint))
    }
}

private final class ForgetfulSink: BlobSink {
    private let base: any BlobSink

    init(_ base: any BlobSink) { self.base = base }

    func append(_ bytes: ByteBuffer) async throws(BlobError) { try await base.append(bytes) }

    func commit(_ blob: VerifiedBlob) async throws(BlobError) { try await base.commit(blob) }

    func abort() { base.abort() }
}
