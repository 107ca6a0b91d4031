// SPDX-License-Identifier: Apache-2.0
import Foundation

extension StandardOutput {
    /// Prints a value as one line of JSON, its keys sorted.
    func print(json value: some Encodable) throws {
        try print(JSONLine.encode(value))
    }
}

/// One JSON object in one line.
enum JSONLine {
    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }
}
