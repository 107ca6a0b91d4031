// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobRecords
import BlobStore
import NIOCore

extension HashTreeRecord {
    /// Makes the hash tree of a blob by reading all of it.
    ///
    /// Fails with `corrupt`, which names the place, if it is another blob. `write` keeps the page of a run.
    static func build(
        of digest: BLAKE3Digest,
        from body: BlobBody,
        in place: String,
        write: ([BLAKE3Tree.ChainingValue]) async throws(BlobError) -> Run
    ) async throws(BlobError) -> HashTreeRecord? {
        var hasher = TreeHasher()
        var assembler = HashTreeAssembler()
        for try await piece in body {
            hasher.update(piece.readableBytesSpan)
            assembler.append(hasher.takeValues())
            while let run = assembler.takeRun() { assembler.runs.append(try await write(run)) }
        }
        let found = hasher.finalize()
        guard found == digest else {
            throw BlobError(.corrupt, "\(digest) in \(place): its chunks make the blob \(found)")
        }
        assembler.append(hasher.takeValues())
        while let run = assembler.takeRun(atEnd: true) {
            assembler.runs.append(try await write(run))
        }
        return assembler.record(of: digest, size: body.size)
    }
}
