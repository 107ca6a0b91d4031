// SPDX-License-Identifier: Apache-2.0
import SystemPackage

extension FilePath {
    /// The bytes of the path, which need not be UTF-8.
    var bytes: [UInt8] {
        unsafe withPlatformString { text in
            var bytes: [UInt8] = []
            var index = 0
            while unsafe text[index] != 0 {
                unsafe bytes.append(UInt8(bitPattern: text[index]))
                index += 1
            }
            return bytes
        }
    }

    /// Makes a path from bytes that need not be UTF-8; `nil` if there are none, or one is zero.
    init?(bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty, !bytes.contains(0) else { return nil }
        unsafe self.init(platformString: bytes.map { CChar(bitPattern: $0) } + [0])
    }
}
