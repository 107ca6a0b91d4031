// SPDX-License-Identifier: Apache-2.0

/// Names that older versions of other programs use.
enum OldSpelling {
    /// The older name of a key, by the name it has.
    static let keys = ["near": "local", "far": "remote"]
    /// The name of a kind of service, by an older name.
    static let types = ["combined": "cache"]
    static let rootName = "default"
}
