// SPDX-License-Identifier: Apache-2.0
package import Chunking
package import NIOCore

/// Cuts a blob that arrives in pieces into chunks, copying as few bytes as it can.
package struct ChunkAssembler: Sendable {
    private var cutter: FastCDC

    /// The bytes of the last chunk so far; empty only if the blob is.
    package private(set) var rest = ByteBuffer()

    package init(_ parameters: ChunkingParameters) { cutter = FastCDC(parameters) }

    /// Returns the chunks that `bytes` complete, and keeps what is left.
    ///
    /// The chunks share the storage of `bytes`, but for the first. So does what is left if nothing
    /// is complete.
    package mutating func append(_ bytes: ByteBuffer) -> [ByteBuffer] {
        var bytes = bytes
        var chunks: [ByteBuffer] = []
        var cutter = cutter
        defer { self.cutter = cutter }
        // The chunk that is not complete is continued in its own storage, up to its largest size.
        while rest.readableBytes > 0 {
            let known = rest.readableBytes
            let taken = min(cutter.parameters.maximum - known, bytes.readableBytes)
            rest.writeImmutableBuffer(
                bytes.getSlice(at: bytes.readerIndex, length: taken) ?? ByteBuffer()
            )
            guard let length = cutter.nextCut(in: rest.readableBytesSpan),
                let chunk = rest.readSlice(length: length)
            else { return chunks }
            chunks.append(chunk)
            // What ends a chunk is the byte behind it, so a byte may be left that came before.
            let left = rest.readBytes(length: max(0, known - length)) ?? []
            bytes.moveReaderIndex(forwardBy: max(0, length - known))
            rest = ByteBuffer(bytes: left)
        }
        while let length = cutter.nextCut(in: bytes.readableBytesSpan),
            let chunk = bytes.readSlice(length: length)
        {
            chunks.append(chunk)
        }
        if chunks.isEmpty {
            // All of a small blob, usually: it is kept as it is.
            rest = bytes
        } else {
            rest.writeBuffer(&bytes)
        }
        // A chunk of the largest size is complete with its own last byte. It may be the end of the
        // blob, so it waits for what follows, and is then found complete once more.
        if rest.readableBytes == 0, let last = chunks.popLast() { rest = last }
        return chunks
    }
}
