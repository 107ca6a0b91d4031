// SPDX-License-Identifier: Apache-2.0
import Bao
import NIOCore

/// Where the hashes for an encoding come from.
enum EncodingHashes: Sendable {
    case computed(OutboardHashes)
    case stored(StoredOutboard)

    /// Gives the encoder the hashes that it asks for.
    ///
    /// Returns `nil` if the file with the hashes ends before. Blocks.
    mutating func give(
        _ item: BaoItem,
        to encoder: inout BaoEncoder,
        _ send: (RawSpan) -> Void
    ) throws -> Int? {
        switch self {
        case .computed(var hashes):
            defer { self = .computed(hashes) }
            return try hashes.withBytes(for: item) { bytes in
                try encoder.accept(bytes, send)
            } ?? nil
        case .stored(var outboard):
            defer { self = .stored(outboard) }
            let bytes = try outboard.bytes(for: item)
            return try encoder.accept(bytes.readableBytesSpan, send)
        }
    }

    /// The file that they are read from.
    var file: InputFile? {
        if case .stored(let outboard) = self { outboard.file } else { nil }
    }
}
