// SPDX-License-Identifier: Apache-2.0

import BLAKE3

enum Inputs {
    /// Bytes that count up to 250 and begin again: 251 is prime, so blocks that trade places show.
    static func counting(_ byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8($0 % 251) }
    }
}

extension [UInt8] {
    var hex: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

extension BLAKE3Digest {
    /// Hashes an array, which tests have more often than a span.
    init(_ bytes: some Sequence<UInt8>) {
        self.init(hashing: unsafe Array(bytes).span.bytes)
    }
}

extension BLAKE3OutputReader {
    mutating func read(_ byteCount: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        var elements = bytes.mutableSpan
        var span = unsafe elements.mutableBytes
        read(into: &span)
        return bytes
    }
}
