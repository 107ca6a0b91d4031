// SPDX-License-Identifier: Apache-2.0

/// What the program tells its caller when it ends; most values are those of `sysexits.h`.
///
/// If several things went wrong, the highest value wins.
enum ExitStatus: Int32, CaseIterable, Comparable, Sendable {
    /// Everything was done.
    case success = 0
    /// A blob is not in the store, or a file does not match its digest.
    case absent = 1
    /// The arguments make no sense, or a range lies outside of its blob.
    case usage = 64
    /// Stored bytes, or a list that was read, are damaged.
    case damaged = 65
    /// An input file cannot be read, or changed while it was read.
    case unreadable = 66
    /// The store is not there or is locked; trying again may help.
    case unavailable = 69
    /// An output cannot be written.
    case unwritable = 73
    /// An input could be opened, but reading it failed.
    case inputOutput = 74
    /// The store was written by a newer program.
    case unsupported = 76
    /// Something is not permitted, or the store has no room.
    case refused = 77
    /// The user pressed Control-C.
    case interrupted = 130
    /// Whoever read the output has stopped reading.
    case closedOutput = 141

    static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}
