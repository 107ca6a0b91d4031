// SPDX-License-Identifier: Apache-2.0

/// Says which parameter is out of range.
public struct InvalidChunkingParameters: Error, Hashable, CustomStringConvertible {
    public let description: String
}
