// SPDX-License-Identifier: Apache-2.0

/// An integer with a unit behind it, with or without a space between them.
enum UnitText {
    static func parse(
        _ text: String,
        units: [(name: String, factor: Int)],
        what: String,
        example: String
    ) throws(ConfigurationError) -> Int {
        let names = Spelling.list(units.map(\.name), quoted: false)
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty else {
            throw ConfigurationError(
                "\(Quoted(text)) is not \(what)",
                advice: "write a whole number and a unit, such as \"\(example)\""
            )
        }
        var name = text[digits.endIndex...]
        if name.hasPrefix(" ") { name.removeFirst() }
        guard let unit = units.first(where: { $0.name == name }) else {
            throw ConfigurationError(
                "\(Quoted(text)) is not \(what)",
                advice:
                    "write a whole number and a unit, such as \"\(example)\"; units are \(names)"
            )
        }
        let product = Int(Substring(digits))?.multipliedReportingOverflow(by: unit.factor)
        guard let product, !product.overflow else {
            throw ConfigurationError("\(Quoted(text)) is too large", advice: "write \"\(example)\"")
        }
        return product.partialValue
    }
}
