// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobStore

/// Reads a byte range among the arguments.
enum RangeArgument {
    /// Returns the range that `text` stands for, or says what ranges look like.
    static func parse(_ text: String) throws -> ByteRange {
        if let range = ByteRangeText.parse(text) { return range }
        throw ValidationError(
            "A-B, without byte B, or A- to the end is expected"
        )
    }
}
