// SPDX-License-Identifier: Apache-2.0
import Bao
import NIOCore

/// Checks an encoding that is read in order, and writes the content in it.
struct EncodingDecoding: Sendable {
    private static let pieceByteCount = 1 << 20

    let encoding: InputFile
    let progress: Progress

    /// Writes what is verified, all of it or what belongs to a slice.
    ///
    /// Blocks.
    func write(
        _ decoder: BaoDecoder,
        _ slice: BaoSlice? = nil,
        to target: OutputTarget
    ) throws {
        var decoder = decoder
        var output = OrderedOutput(target)
        var input = ByteBuffer()
        while true {
            do throws(BaoError) {
                let taken = try decoder.decode(input.readableBytesSpan) { offset, content in
                    Self.append(content, at: offset, slice, to: &output)
                }
                input.moveReaderIndex(forwardBy: taken)
            } catch {
                try output.flush()
                throw Failure(error, content: encoding)
            }
            try output.flush()
            if decoder.next == nil { break }
            input.discardReadBytes()
            let count = try encoding.readNext(Self.pieceByteCount, into: &input)
            if count == 0 { throw Failure(decoder.endedEarly, content: encoding) }
            progress.add(bytes: count)
        }
        try output.finish()
    }

    private static func append(
        _ content: RawSpan,
        at offset: UInt64,
        _ slice: BaoSlice?,
        to output: inout OrderedOutput
    ) {
        let all = offset..<offset + UInt64(content.byteCount)
        let wanted = slice?.wanted(of: all) ?? all
        let (start, end) = (Int(wanted.lowerBound - offset), Int(wanted.upperBound - offset))
        output.append(content.extracting(start..<end))
    }
}
