// SPDX-License-Identifier: Apache-2.0
import SystemPackage
import Testing

@Suite struct BaoVectorTests {
    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    /// Runs commands on a file `input` and returns the SHA-256 of what each writes.
    private func hashes(
        _ commands: [String],
        ofInput byteCount: Int
    ) async throws -> [String] {
        try workplace.write(BaoVectors.input(byteCount: byteCount), to: "input")
        let script = commands.map { "blobstore bao \($0) | sha256sum" }
        let output = try await workplace.shell(
            "set -eo pipefail\n" + script.joined(separator: "\n")
        )
        #expect(output.status == 0 && output.errors.isEmpty, "\(output.errors)")
        return output.lines.map { String($0.prefix(64)) }
    }

    @Test(arguments: BaoVectors.all.blobs)
    func `encodings and outboards are those of bao and bao-tree`(
        blob: BaoVectors.Blob
    ) async throws {
        var commands = ["encode -k 0 input", "outboard -k 0 input"]
        var expected = [blob.combinedSHA256, blob.outboardSHA256]
        for outboard in blob.groupOutboards {
            let options = "outboard --no-header -k \(outboard.groupLog)"
            commands += ["\(options) input", "\(options) --order post input"]
            expected += [outboard.preOrderSHA256, outboard.postOrderSHA256]
        }
        #expect(try await hashes(commands, ofInput: blob.byteCount) == expected)
    }

    @Test(arguments: BaoVectors.all.slices)
    func `slices are those of bao`(slice: BaoVectors.Slice) async throws {
        let part = "\(slice.start) \(slice.length)"
        let found = try await hashes(
            [
                "slice -k 0 \(part) input",
                "slice -k 0 \(part) input | blobstore bao verify-slice -k 0 \(slice.digest) \(part)",
            ],
            ofInput: slice.byteCount
        )
        #expect(found == [slice.encodedSHA256, slice.decodedSHA256])
    }

    @Test(arguments: BaoVectors.all.compactForms)
    func `compact forms are those of another implementation`(
        forms: BaoVectors.CompactForms
    ) async throws {
        let groups = "-k \(forms.groupLog) input"
        let found = try await hashes(
            [
                "outboard --format list \(groups)", "encode --format siblings \(groups)",
                "encode --format runs --run-log \(forms.runLog) \(groups)",
            ],
            ofInput: forms.byteCount
        )
        #expect(found == [forms.groupListSHA256, forms.responseSHA256, forms.twoLevelSHA256])
    }
}
