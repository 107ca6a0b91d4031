// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3

/// The digests that a command is about.
struct DigestsArgument: ParsableArguments {
    @Argument(help: "Digests of blobs.", transform: DigestArgument.parse)
    var digests: [BLAKE3Digest]
}
