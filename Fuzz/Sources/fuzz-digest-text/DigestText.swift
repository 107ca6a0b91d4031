// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import FuzzSupport

/// Whatever text is read as a digest, the digest's own texts are read as the same digest.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDigestText(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe FuzzInput(copying: start, count: count)
    let text = String(decoding: input.bytes, as: UTF8.self)
    guard let digest = BLAKE3Digest(text) else { return 0 }

    let hexadecimal = digest.description
    let integrity = digest.subresourceIntegrity
    require(BLAKE3Digest(hexadecimal) == digest, "\(hexadecimal) is read as it was written")
    require(BLAKE3Digest(integrity) == digest, "\(integrity) is read as it was written")
    require(
        text.lowercased() == hexadecimal || text == integrity || text + "=" == integrity,
        "\(text) is one of the two forms of \(hexadecimal)"
    )
    return 0
}
