// SPDX-License-Identifier: Apache-2.0

/// A step on the way from the top of a file to a value.
enum OptionStep: Hashable, Sendable {
    case key(String)
    case index(Int)
}
