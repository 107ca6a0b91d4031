// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import Foundation
import NIOCore
import SystemPackage
import Testing

/// What happens when standard input, output or error is not what it should be.
@Suite struct StreamTests {
    private let workplace: Workplace
    private let blob = TestBlob(size: 1_500_000, seed: 15)

    init() throws { workplace = try Workplace() }

    @Test func `a reader that goes away ends the program quietly`() async throws {
        try await workplace.put(blob)
        for command in [
            "get \(blob.digest)", "cat \(blob.digest)", "get \(blob.digest) -o /dev/stdout",
            "bao encode input-0", "bao slice 0 999999 input-0",
        ] {
            let output = try await workplace.shell(
                "set -o pipefail; blobstore \(command) | head -c 10 | wc -c"
            )
            #expect(output.status == 141 && output.text == "10\n", "\(command)")
            #expect(output.errors.isEmpty, "\(output.errors)")
        }
    }

    @Test func `a closed or full standard output is an error`() async throws {
        try await workplace.put(blob)
        for command in [
            "get \(blob.digest)", "list", "put input-0", "stats", "--help", "--version",
            "bao encode input-0", "bao outboard input-0", "bao tree -k 10 input-0",
        ] {
            for target in [">&-", "> /dev/full"] {
                let output = try await workplace.shell("blobstore \(command) \(target)")
                #expect(output.status == 73 && output.hasOneError, "\(command): \(output.errors)")
                #expect(output.errors.contains("standard output: "), "\(output.errors)")
            }
        }
    }

    @Test func `a closed standard output does not matter where nothing is printed`() async throws {
        try await workplace.put(blob)
        #expect(try await workplace.shell("blobstore get \(blob.digest) -o out >&-").status == 0)
        #expect(try workplace.read("out") == blob.content)
        #expect(try await workplace.run("fsck").status == 0)
    }

    @Test func `a closed standard input is an unreadable input`() async throws {
        let output = try await workplace.shell("blobstore put <&-")
        #expect(output.status == 74 && output.hasOneError, "\(output.errors)")
    }

    @Test func `a closed standard error does not matter`() async throws {
        try await workplace.put(blob)
        #expect(try await workplace.shell("blobstore put input-0 missing 2>&-").status == 66)
        #expect(
            try await workplace.shell("blobstore get \(blob.digest) 2>&- | cmp - input-0").status
                == 0
        )
    }

    @Test func `there is no progress unless a person looks`() async throws {
        try workplace.write(blob, to: "file")
        let output = try await workplace.shell("(sleep 1; cat file) | blobstore put")
        #expect(output.status == 0 && output.errors.isEmpty)
    }
}
