// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Synchronization

/// Prints whether files match their digests, in the order of the list.
struct CheckResults: Sendable {
    private final class Counts: Sendable {
        let mismatches = Atomic(0)
    }

    let output = StandardOutput()
    private let tally = Tally()
    private let counts = Counts()

    /// Compares the digest that `body` returns with the one that the list has.
    func add(
        _ input: Input,
        _ expected: BLAKE3Digest,
        to lines: OrderedLines,
        _ body: (FileContent) async throws -> BLAKE3Digest
    ) async throws {
        let name = ListLine.escape(input.name.bytes).bytes
        do {
            let isSame = try await body(input.content.get()) == expected
            if !isSame { counts.mismatches.add(1, ordering: .relaxed) }
            try lines.complete(input.position, name + Array((isSame ? ": OK" : ": FAILED").utf8))
        } catch let failure as Failure where failure.concernsOneFile {
            tally.report(failure)
            try lines.complete(input.position, name + Array(": FAILED".utf8))
        }
    }

    /// Ends the output, and the command if a file does not match.
    func finish() throws {
        try output.flush()
        let count = counts.mismatches.load(ordering: .relaxed)
        if count > 0 {
            tally.report(
                Failure(.absent, "\(count) \(count == 1 ? "file does" : "files do") not match")
            )
        }
        try tally.finish()
    }
}
