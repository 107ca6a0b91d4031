// SPDX-License-Identifier: Apache-2.0

/// Why a TOML text is not read to its end.
enum ScanInterruption: Error, Hashable {
    /// Something else must stand here.
    case expected(String)
    case controlCharacter
    /// The parser hands strings over as C does, where a zero ends them.
    case zeroByte
    case tooDeep
    case tooMany

    var message: String {
        switch self {
        case .expected(let what): "this is not TOML: \(what) should stand here"
        case .controlCharacter: "this is not TOML: a control character stands here"
        case .zeroByte: "a string contains a zero byte"
        case .tooDeep: "values are nested more than \(KeyScanner.deepest) deep"
        case .tooMany: "there are more than \(KeyScanner.most) values"
        }
    }
}
