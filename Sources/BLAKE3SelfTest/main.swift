// SPDX-License-Identifier: Apache-2.0

import BLAKE3

let bytes = (0..<3 * 1024 * 1024 + 777).map { UInt8($0 % 251) }
print(BLAKE3Digest(hashing: unsafe bytes.span.bytes))
print(BLAKE3Digest(hashing: unsafe bytes.span.bytes, threads: 2))
var h = BLAKE3Hasher()
h.update(unsafe bytes.span.bytes)
print(h.finalize())
