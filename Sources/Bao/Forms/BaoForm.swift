// SPDX-License-Identifier: Apache-2.0

/// How the hashes are arranged in an encoding.
public enum BaoForm: Hashable, Sendable {
    /// Both chaining values of each node on the way: Bao, bao-tree and iroh.
    ///
    /// 64 bytes for each group. A forged hash is noticed at once, and the error names its node.
    case parents

    /// One chaining value for each node on the way; the other is computed from what follows.
    ///
    /// 32 bytes for each group, half of what ``parents`` takes for any ranges, and as many
    /// compressions. A forged hash is noticed with the next group of content, and the error names
    /// that group: it or one of the hashes sent ahead of it is wrong.
    case siblings

    /// Lists of the chaining values of groups, in two levels: first those of runs of 2^`runLog`
    /// groups, then before the content of each run those of its groups.
    ///
    /// 32 bytes for each group and for each run. After the first list each run can be fetched by
    /// itself. With a `runLog` of 54 everything is one run: a plain list of all groups.
    case lists(runLog: Int)

    /// The list of the chaining values of all groups before all content.
    ///
    /// 32 bytes for each group. After the list each group can be fetched by itself, from anywhere.
    public static let list = BaoForm.lists(runLog: 54)
}

extension BaoForm {
    /// The largest list that is taken from an input unless another limit is given: 64 MiB, that is the
    /// hashes of 32 GiB in groups of 16 KiB.
    public static let standardListLimit = 64 << 20
}
