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

    /// Returns the content of a stream of one or more frames, or `nil` if it is damaged or has more than
    /// `limit` bytes.
    func decompress(_ stream: RawSpan, upTo limit: Int) -> ByteBuffer? {
        unsafe ZSTD_DCtx_reset(decompressor, ZSTD_reset_session_only)
        return unsafe stream.withUnsafeBytes { memory in
            var input = unsafe ZSTD_inBuffer(src: memory.baseAddress, size: memory.count, pos: 0)
            var content = ByteBuffer()
            repeat {
                let room = min(ZSTD_DStreamOutSize(), limit + 1 - content.readableBytes)
                // How much more is wanted: nothing when all of a frame has been written.
                var rest = 0
                let written = unsafe content.writeWithUnsafeMutableBytes(
                    minimumWritableBytes: room
                ) { memory in
                    var output = unsafe ZSTD_outBuffer(dst: memory.baseAddress, size: room, pos: 0)
                    rest = unsafe ZSTD_decompressStream(decompressor, &output, &input)
                    return unsafe output.pos
                }
                if ZSTD_isError(rest) != 0 { return nil }
                if unsafe input.pos == input.size {
                    if rest == 0 { break }
                    if written < room { return nil }
                }
            } while content.readableBytes <= limit
            return content.readableBytes <= limit ? content : nil
        }
    }

    /// Returns content as one frame that does not tell its length, as an encoder makes it to which the
    /// content comes bit by bit.
    func compressStream(_ content: RawSpan, level: Int) -> ByteBuffer? {
        unsafe ZSTD_CCtx_reset(compressor, ZSTD_reset_session_and_parameters)
        _ = unsafe ZSTD_CCtx_setParameter(
            compressor,
            ZSTD_c_compressionLevel,
            Int32(clamping: level)
        )
        var frame = ByteBuffer()
        let room = ZSTD_compressBound(content.byteCount)
        let isWhole = unsafe content.withUnsafeBytes { memory in
            var input = unsafe ZSTD_inBuffer(src: memory.baseAddress, size: memory.count, pos: 0)
            var isWhole = false
            unsafe frame.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { memory in
                var output = unsafe ZSTD_outBuffer(dst: memory.baseAddress, size: room, pos: 0)
                // The end is told by itself, since zstd would otherwise know the length.
                while unsafe input.pos < input.size {
                    let rest = unsafe ZSTD_compressStream2(
                        compressor,
                        &output,
                        &input,
                        ZSTD_e_continue
                    )
                    if ZSTD_isError(rest) != 0 { return 0 }
                }
                isWhole = unsafe ZSTD_compressStream2(compressor, &output, &input, ZSTD_e_end) == 0
                return unsafe output.pos
            }
            return isWhole
        }
        return isWhole ? frame : nil
    }
}
