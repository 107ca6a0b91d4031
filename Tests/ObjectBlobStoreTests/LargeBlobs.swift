// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import Chunking
import NIOCore

extension TestBlob {
    /// Somewhat more than the 64 MiB whose hashes are in one page.
    ///
    /// It repeats a part, as random bytes take long to make, whose length leaves no two chunks alike.
    static var ofTwoHashPages: TestBlob {
        let part = TestBlob(size: 1_000_003, seed: 6)
        var content = ByteBuffer()
        while content.readableBytes < 65 << 20 { content.writeImmutableBuffer(part.content) }
        return TestBlob(content)
    }
}

extension ChunkingParameters {
    /// Chunks of 1 MiB, whatever is in them: no cuts are looked for, which takes long in debug builds.
    static var ofOneMebibyte: ChunkingParameters {
        get throws { try ChunkingParameters(minimum: 1 << 20, average: 1 << 20, maximum: 1 << 20) }
    }
}
