// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import FuzzSupport

/// Whatever is decoded, only bytes of the blob come out, and only its true size is proven.
///
/// The input is: form, size of groups, how it is damaged, length of the blob, boundaries of the
/// chunks asked for, and then the damage, or all of the encoding.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBaoDecode(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(copying: start, count: count)
    let request = Request(from: &input)
    let damage = input.takeInteger(UInt8.self)
    let blob = Blob(byteCount: Int(input.takeInteger(UInt16.self)), request.groupSize)
    let encoding: [UInt8]
    if damage & 1 == 0 {
        let claim = damage & 2 == 0 ? UInt64(blob.bytes.count) : input.takeInteger(UInt64.self)
        encoding = damaged(blob.encoding(request, claim: claim), as: &input)
    } else {
        encoding = input.takeRest()
    }

    let all = decode(encoding, of: blob, request)
    let single = accept(encoding, of: blob, request)
    require(all == single, "decode() and accept() agree: \(all) and \(single)")
    return 0
}

/// Changes some bytes, and cuts the end off if the input says so.
private func damaged(_ encoding: [UInt8], as input: inout FuzzInput) -> [UInt8] {
    var encoding = encoding
    while input.bytes.count > 2, !encoding.isEmpty {
        let place = Int(input.takeInteger(UInt16.self))
        let change = input.takeInteger(UInt8.self)
        if change == 0 {
            encoding.removeLast(place % encoding.count)
        } else {
            encoding[place % encoding.count] ^= change
        }
    }
    return encoding
}

private func decode(_ encoding: [UInt8], of blob: Blob, _ request: Request) -> Outcome {
    var decoder = request.decoder(blob.digest)
    var outcome = Outcome()
    do {
        _ = try decoder.decode(unsafe encoding.span.bytes) { offset, content in
            outcome.release(content, at: offset, of: blob)
        }
    } catch {
        outcome.error = error
    }
    outcome.finish(decoder, of: blob)
    return outcome
}

private func accept(_ encoding: [UInt8], of blob: Blob, _ request: Request) -> Outcome {
    var decoder = request.decoder(blob.digest)
    var outcome = Outcome()
    var offset = 0
    do {
        while let item = decoder.next, item.byteCount <= encoding.count - offset {
            let bytes = unsafe encoding.span.bytes.extracting(offset..<offset + item.byteCount)
            let count = try decoder.accept(bytes)
            require(count == item.byteCount, "\(item) is taken when it is there")
            if case .data(let range) = item {
                outcome.release(bytes, at: range.lowerBound, of: blob)
            }
            offset += item.byteCount
            outcome.checkSize(decoder, of: blob)
        }
    } catch {
        outcome.error = error
    }
    outcome.finish(decoder, of: blob)
    return outcome
}
