// SPDX-License-Identifier: Apache-2.0

enum Inputs {
    /// Bytes that count up to 250 and begin again: the inputs of all vectors.
    static func counting(_ byteCount: Int) -> [UInt8] {
        var input: [UInt8] = []
        input.reserveCapacity(byteCount + 251)
        let period = [UInt8](0...250)
        while input.count < byteCount { input += period }
        input.removeLast(input.count - byteCount)
        return input
    }
}

extension [UInt8] {
    var hex: String {
        var text: [UInt8] = []
        let digits = Array("0123456789abcdef".utf8)
        for byte in self {
            text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
