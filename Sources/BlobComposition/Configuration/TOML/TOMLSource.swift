// SPDX-License-Identifier: Apache-2.0
import TOMLKit

/// A TOML text: its values, and where they stand.
struct TOMLSource: Sendable {
    /// How many bytes a text may have.
    static let largest = 1 << 20

    let fileName: String?
    let values: [String: ConfigurationValue]
    private let positions: [[OptionStep]: SourcePosition]

    init(_ text: String, fileName: String?) throws(ConfigurationError) {
        self.fileName = fileName
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.largest else {
            throw ConfigurationError(
                "the file has \(bytes.count) bytes, and a configuration at most \(Self.largest)",
                position: SourcePosition(fileName: fileName)
            )
        }
        var scanner = KeyScanner(bytes)
        scanner.scan()
        positions = scanner.positions
        if let interruption = scanner.interruption {
            var position = scanner.position
            position.fileName = fileName
            throw ConfigurationError(interruption.message, position: position)
        }
        values = try Self.parse(text, fileName)
    }

    private static func parse(
        _ text: String,
        _ fileName: String?
    ) throws(ConfigurationError) -> [String: ConfigurationValue] {
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ConfigurationError(
                "this is not TOML: \(Quoted(error.description).plain)",
                position: SourcePosition(
                    fileName: fileName,
                    line: error.source.begin.line,
                    column: error.source.begin.column
                )
            )
        } catch {
            throw ConfigurationError(
                "this is not TOML",
                position: SourcePosition(fileName: fileName)
            )
        }
        do throws(ConfigurationError) {
            return try ConfigurationValue.values(of: table)
        } catch {
            throw error.located(SourcePosition(fileName: fileName))
        }
    }

    /// Returns where a value stands, or else the nearest table around it that is known.
    func position(of path: [OptionStep]) -> SourcePosition {
        var path = path[...]
        while !path.isEmpty {
            if let position = exactPosition(of: Array(path)) { return position }
            path.removeLast()
        }
        return SourcePosition(fileName: fileName)
    }

    /// Returns where a key stands, or `nil` if it does not.
    func exactPosition(of path: [OptionStep]) -> SourcePosition? {
        guard var position = positions[path] else { return nil }
        position.fileName = fileName
        return position
    }
}
