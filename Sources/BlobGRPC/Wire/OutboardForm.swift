// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobProtos
import Foundation

/// How the hashes of a blob are arranged in a message.
enum OutboardForm {
    /// Both chaining values of each node, in pre-order.
    case pairs
    /// The chaining values of all groups.
    case list
    /// The chaining values of runs of 1024 groups, then those of the groups of each run.
    case runs

    private static let runLog = 10

    /// The arrangement that a message names, or pairs if it names none that is known.
    init(_ wire: Snix_Castore_V1_BaoFormat) {
        switch wire {
        case .groupList: self = .list
        case .runLists: self = .runs
        case .unspecified, .preOrderPairs, .UNRECOGNIZED: self = .pairs
        }
    }

    var wire: Snix_Castore_V1_BaoFormat {
        switch self {
        case .pairs: .preOrderPairs
        case .list: .groupList
        case .runs: .runLists
        }
    }

    /// How many bytes the hashes of a blob take.
    func byteCount(_ tree: HashTree) -> UInt64 {
        switch self {
        case .pairs: tree.outboardByteCount
        case .list: tree.listByteCount
        case .runs: tree.listByteCount + Self.runListByteCount(tree)
        }
    }

    /// The bytes of a complete outboard.
    func encode(_ outboard: Outboard) -> Data {
        switch self {
        case .pairs: return Data(outboard.bytes())
        case .list: return Data(outboard.listBytes)
        case .runs:
            var bytes = Data()
            for value in outboard.values(ofRuns: Self.runLog) ?? [] {
                value.withBytes { value in
                    unsafe value.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
                }
            }
            return bytes + outboard.listBytes
        }
    }

    /// Checks what a peer has sent.
    func decode(
        _ bytes: Data,
        _ digest: BLAKE3Digest,
        _ tree: HashTree
    ) throws(BaoError) -> Outboard {
        guard UInt64(bytes.count) == byteCount(tree) else {
            throw .wrongLength(byteCount: UInt64(bytes.count), expected: byteCount(tree))
        }
        switch self {
        case .pairs: return try Outboard(digest, tree, outboard: bytes.bytes)
        case .list: return try Outboard(digest, tree, list: bytes.bytes)
        case .runs:
            // The values of the groups lead to the digest, so those of the runs are not needed.
            let start = Int(Self.runListByteCount(tree))
            return try Outboard(digest, tree, list: bytes.bytes.extracting(droppingFirst: start))
        }
    }

    private static func runListByteCount(_ tree: HashTree) -> UInt64 {
        let runCount = (tree.groupCount - 1) >> UInt64(runLog) + 1
        return runCount == 1 ? 0 : 32 * runCount
    }
}
