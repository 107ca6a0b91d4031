// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import NIOCore

/// Checks content that is read in order against an outboard, and writes what is verified.
struct ContentDecoding: Sendable {
    private static let pieceByteCount = 1 << 20

    let content: InputFile
    let outboard: StoredOutboard
    let progress: Progress

    /// Writes the content of a blob.
    ///
    /// Blocks.
    func write(_ digest: BLAKE3Digest, to target: OutputTarget) throws {
        var output = OrderedOutput(target)
        do {
            var decoder = try BaoDecoder(
                digest,
                claimedSize: outboard.tree.size,
                groupSize: outboard.layout.groupSize,
                form: outboard.layout.form,
                listLimit: Int(clamping: outboard.file.status.size)
            )
            try copy(&decoder, to: &output)
        } catch let error as BaoError {
            try output.flush()
            throw Failure(error, content: content, hashes: outboard.file)
        }
        try output.finish()
    }

    private func copy(_ decoder: inout BaoDecoder, to output: inout OrderedOutput) throws {
        var hashes = outboard
        var input = ByteBuffer()
        while let item = decoder.next {
            if !item.isData {
                hashes.advance(by: try check(try hashes.bytes(for: item), with: &decoder))
            } else if let count = try decoder.accept(input.readableBytesSpan) {
                output.append(input.readableBytesSpan.extracting(first: count))
                input.moveReaderIndex(forwardBy: count)
            } else {
                try output.flush()
                input.discardReadBytes()
                let count = try content.readNext(Self.pieceByteCount, into: &input)
                if count == 0 { throw decoder.endedEarly }
                progress.add(bytes: count)
            }
        }
    }

    private func check(
        _ hashes: ByteBuffer,
        with decoder: inout BaoDecoder
    ) throws(BaoError) -> Int {
        guard let count = try decoder.accept(hashes.readableBytesSpan) else {
            throw decoder.endedEarly
        }
        return count
    }
}
