// SPDX-License-Identifier: Apache-2.0

/// A text from outside in a message: of one line and not too long, whatever it contains.
struct Quoted: CustomStringConvertible {
    private static let longest = 120

    /// The text without quotes around it.
    let plain: String

    init(_ text: some StringProtocol) {
        var plain = ""
        for (count, scalar) in text.unicodeScalars.enumerated() {
            guard count < Self.longest else {
                plain += "…"
                break
            }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned:
                plain += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                plain.unicodeScalars.append(scalar)
            }
        }
        self.plain = plain
    }

    var description: String { "'\(plain)'" }
}
