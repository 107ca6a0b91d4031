// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import SystemPackage
import Testing

/// Serialized, as these are hundreds of processes beside which others are timed.
@Suite(.serialized) struct BaoRoundTripTests {
    static let formats = [
        "pairs", "siblings", "list", "runs", "runs --run-log 0", "runs --run-log 2",
    ]

    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    /// Runs a script for several inputs `file`, whose digest is `$digest`, and groups of 2^`$k` chunks.
    private func forEachInput(_ script: String) async throws {
        for size in [0, 100_000] {
            let blob = TestBlob(size: size, seed: 21)
            try workplace.write(blob, to: "file")
            let output = try await workplace.shell(
                """
                digest=\(blob.digest)
                for k in 0 5; do \(script)
                done
                """
            )
            #expect(output.status == 0 && output.text.isEmpty, "\(size) bytes: \(output.text)")
            #expect(output.errors.isEmpty, "\(size) bytes: \(output.errors)")
        }
    }

    @Test(arguments: formats) func `what is encoded can be decoded`(format: String) async throws {
        try await forEachInput(
            """
            options="-k $k --format \(format)"
            blobstore bao encode $options file -o encoding
            blobstore bao decode $options $digest encoding -o out && cmp out file || exit 1
            cat encoding | blobstore bao decode $options $digest | cmp - file || exit 1
            """
        )
    }

    @Test(arguments: formats)
    func `what has an outboard can be checked`(format: String) async throws {
        try await forEachInput(
            """
            options="-k $k --format \(format)"
            [ $k = 5 ] && options="$options --header" || options="$options --no-header"
            cat file | blobstore bao outboard $options -o outboard
            blobstore bao decode $options $digest file --outboard outboard | cmp - file || exit 1
            """
        )
    }

    @Test func `an outboard has a header unless it is that of iroh or bao-tree`() async throws {
        try workplace.write(TestBlob(size: 40_000), to: "file")
        let output = try await workplace.shell(
            """
            for options in '' '-k 0' '--format list' '--format siblings' '--no-header -k 0' \
                '--order post' --header; do
                blobstore bao outboard $options file | wc -c
            done
            """
        )
        #expect(output.lines == ["128", "2504", "104", "72", "2496", "128", "136"])
    }

    @Test func `a post-order outboard checks as well`() async throws {
        try await forEachInput(
            """
            blobstore bao outboard -k $k --order post file -o outboard
            blobstore bao decode -k $k --order post $digest file --outboard outboard -o out
            cmp out file || exit 1
            """
        )
    }

    @Test(arguments: formats)
    func `a slice has what was asked for`(format: String) async throws {
        try await forEachInput(
            """
            for part in '1000 30000' '50000 0' '999999 1'; do
                options="-k $k --format \(format)"
                blobstore bao slice $options $part file -o slice
                blobstore bao verify-slice $options $digest $part slice > out || exit 1
                set -- $part
                tail -c +$(($1 + 1)) file | head -c $2 | cmp - out || exit 1
            done
            """
        )
    }

    @Test(arguments: ["pairs", "siblings", "list", "runs"])
    func `a slice from an outboard is the same`(format: String) async throws {
        let kept = format == "pairs" || format == "siblings" ? "pairs" : "list"
        try await forEachInput(
            """
            blobstore bao outboard -k $k --format \(kept) file -o outboard
            for part in '1000 30000' '99000 999999'; do
                options="-k $k --format \(format) $part file"
                blobstore bao slice $options -o slice || exit 1
                blobstore bao slice $options --outboard outboard | cmp - slice || exit 1
                [ \(kept) = list ] && continue
                blobstore bao outboard -k $k --order post file -o post
                options="$options --order post --outboard post"
                blobstore bao slice $options | cmp - slice || exit 1
            done
            """
        )
    }
}
