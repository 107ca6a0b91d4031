// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3
import Bao

/// How the hashes are arranged.
enum BaoFormat: String, CaseIterable, ExpressibleByArgument {
    /// Both hashes of each node: Bao, bao-tree and iroh.
    case pairs
    /// One hash for each node.
    case siblings
    /// The hashes of all groups first.
    case list
    /// Lists in two levels.
    case runs
}

/// Says how hashes are arranged.
struct ArrangementOptions: ParsableArguments {
    private static let standardRunLog = 10

    @Option(
        help: ArgumentHelp(
            "How the hashes are arranged.",
            discussion: """
                pairs: as in Bao, bao-tree and iroh, 64 bytes for each group; siblings: half of \
                that; list: all hashes first; runs: a list for every 2^S groups.
                """
        )
    )
    var format = BaoFormat.pairs

    @Option(
        help: ArgumentHelp(
            "With runs: the binary logarithm of the groups in a run, 0 to 53 (default: 10).",
            valueName: "S"
        )
    )
    var runLog: Int?

    func validate() throws {
        guard let runLog else { return }
        guard format == .runs else { throw ValidationError("--run-log goes with runs only") }
        guard (0...53).contains(runLog) else { throw ValidationError("--run-log is 0 to 53") }
    }

    /// The arrangement, as the library calls it.
    var form: BaoForm {
        switch format {
        case .pairs: .parents
        case .siblings: .siblings
        case .list: .list
        case .runs: .lists(runLog: runLog ?? Self.standardRunLog)
        }
    }
}

/// Says how hashes are arranged, and how many bytes each of them stands for.
struct BaoOptions: ParsableArguments {
    @OptionGroup var groups: GroupOptions
    @OptionGroup var arrangement: ArrangementOptions

    /// The arrangement, as the library calls it.
    var form: BaoForm { arrangement.form }

    /// The groups for which hashes are kept in memory to make an encoding.
    ///
    /// Hashes of smaller groups are computed when their turn comes, if they are not sent ahead.
    var keptGroupSize: GroupSize {
        switch arrangement.format {
        case .pairs, .siblings: groups.size.log < 4 ? .standard : groups.size
        case .list, .runs: groups.size
        }
    }
}

extension BaoOptions {
    /// The arrangement of an outboard from which an encoding like this can be made.
    var storedForm: BaoForm {
        switch arrangement.format {
        case .pairs, .siblings: .parents
        case .list, .runs: .list
        }
    }

    /// Checks an encoding like this.
    func decoder(_ digest: BLAKE3Digest, ranges: ChunkRanges = .all) -> BaoDecoder {
        BaoDecoder(digest, ranges: ranges, groupSize: groups.size, form: form)
    }
}

/// Says how many bytes each hash stands for.
struct GroupOptions: ParsableArguments {
    @Option(
        name: [.customShort("k"), .long],
        help: ArgumentHelp(
            "Groups of 2^K KiB, K from 0 to 10: 0 is Bao's, 4 iroh's.",
            valueName: "K"
        )
    )
    var groupLog = 4

    func validate() throws {
        guard GroupSize(log: groupLog) != nil else {
            throw ValidationError("--group-log is 0 to 10")
        }
    }

    var size: GroupSize { GroupSize(log: groupLog) ?? .standard }
}
