// SPDX-License-Identifier: Apache-2.0
import BlobStore
import CZstd
import NIOCore

/// What zstd (RFC 8878) needs to compress and decompress chunks, each as one frame.
///
/// Making one costs about a megabyte and as many page faults, so ``ZstdCodec`` keeps them.
// Sendable: the pointers and the buffer belong to whoever holds the only reference, and
// `ZstdCodec` hands each context to one caller at a time.
@safe
final class ZstdContext: @unchecked Sendable {
    private let compressor: OpaquePointer
    private let decompressor: OpaquePointer
    private var output = ByteBuffer()

    init() throws(BlobError) {
        guard let compressor = unsafe ZSTD_createCCtx(), let decompressor = unsafe ZSTD_createDCtx()
        else { throw BlobError(.unavailable, "out of memory for zstd") }
        unsafe self.compressor = compressor
        unsafe self.decompressor = decompressor
    }

    deinit {
        unsafe ZSTD_freeCCtx(compressor)
        unsafe ZSTD_freeDCtx(decompressor)
    }

    /// Returns the compressed form of `content`, or `nil` unless it takes fewer than `limit`
    /// bytes.
    ///
    /// The result shares storage with the context and is gone with the next call.
    func compress(_ content: RawSpan, level: Int, below limit: Int) -> ByteBuffer? {
        guard limit > 1 else { return nil }
        output.clear()
        let length = unsafe content.withUnsafeBytes { input in
            unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: limit - 1) { room in
                // With too little room zstd gives up, which is the answer wanted.
                let result = unsafe ZSTD_compressCCtx(
                    compressor,
                    room.baseAddress,
                    limit - 1,
                    input.baseAddress,
                    input.count,
                    Int32(clamping: level)
                )
                return ZSTD_isError(result) != 0 ? 0 : result
            }
        }
        return length == 0 ? nil : output
    }

    /// Returns the content of one frame, or `nil` unless it has exactly `length` bytes.
    func decompress(_ frame: RawSpan, length: Int) -> ByteBuffer? {
        var content = ByteBuffer()
        let written = unsafe frame.withUnsafeBytes { input in
            unsafe content.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { room in
                let result = unsafe ZSTD_decompressDCtx(
                    decompressor,
                    room.baseAddress,
                    length,
                    input.baseAddress,
                    input.count
                )
                return ZSTD_isError(result) != 0 ? 0 : result
            }
        }
        return written == length ? content : nil
    }
}
