// SPDX-License-Identifier: Apache-2.0

import Bao
import FuzzSupport

/// What has come out of a decoder.
struct Outcome: Equatable {
    /// Where the content was that came, neighbours joined.
    private var content: [Range<UInt64>] = []
    private var provenSize: UInt64?
    var error: BaoError?

    /// Adds content, which has to be that of the blob.
    mutating func release(_ bytes: RawSpan, at offset: UInt64, of blob: Blob) {
        let end = offset + UInt64(bytes.byteCount)
        require(end <= UInt64(blob.bytes.count), "content lies within the blob")
        let isRight = unsafe bytes.withUnsafeBytes { bytes in
            unsafe bytes.elementsEqual(blob.bytes[Int(offset)..<Int(end)])
        }
        require(isRight, "content is that of the blob")
        if let last = content.last, last.upperBound == offset {
            content[content.count - 1] = last.lowerBound..<end
        } else {
            content.append(offset..<end)
        }
    }

    /// Notes the end of a decoder that has come to the end, to an error or to the end of its input.
    mutating func finish(_ decoder: BaoDecoder, of blob: Blob) {
        require(error == nil || decoder.next == nil, "nothing comes after an error")
        if let error {
            require(decoder.endedEarly == error, "an error is not forgotten")
        } else if decoder.next != nil {
            error = decoder.endedEarly
        }
        provenSize = decoder.provenSize
        checkSize(decoder, of: blob)
    }

    /// The size is proven by the content that ends there, and only by it.
    func checkSize(_ decoder: BaoDecoder, of blob: Blob) {
        guard let last = content.last, last.upperBound == decoder.claimedSize else {
            return require(decoder.provenSize == nil, "no size without its end is proven")
        }
        require(decoder.provenSize == UInt64(blob.bytes.count), "the true size is proven")
    }
}
