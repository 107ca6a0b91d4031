// SPDX-License-Identifier: Apache-2.0
package import BLAKE3
import BlobStore

/// Collects the chaining values of a blob while it is written, and divides them into runs.
///
/// Memory: the values of one run, 128 KiB, and 64 bytes for each run before it.
package struct HashTreeAssembler: Sendable {
    private var values: [BLAKE3Tree.ChainingValue] = []

    /// The runs that have been stored.
    package var runs: [HashTreeRecord.Run] = []

    package init() {}

    /// Takes the values of the next groups.
    package mutating func append(_ next: [BLAKE3Tree.ChainingValue]) {
        values += next
    }

    /// Gives up the next run to be stored.
    ///
    /// A full run waits until something follows: a blob of one run is stored without pages. At the end
    /// of the blob, the last of several runs is given up whatever its length.
    package mutating func takeRun(atEnd: Bool = false) -> [BLAKE3Tree.ChainingValue]? {
        let count = Int(HashTreeRecord.runGroupCount)
        guard values.count > count || atEnd && !runs.isEmpty && !values.isEmpty else { return nil }
        let run = Array(values.prefix(count))
        values.removeFirst(run.count)
        return run
    }

    /// Whether no values have come: not everyone who passes bytes on passes them on as well.
    package var isEmpty: Bool { runs.isEmpty && values.isEmpty }

    /// Returns what is to be stored when all runs have been taken, or `nil` if the values are those of
    /// another blob.
    package func record(of digest: BLAKE3Digest, size: UInt64) -> HashTreeRecord? {
        HashTreeRecord(digest, size: size, runs.isEmpty ? .groups(values) : .runs(runs))
    }
}
