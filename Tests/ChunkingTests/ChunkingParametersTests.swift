// SPDX-License-Identifier: Apache-2.0

import Chunking
import Testing

@Suite("Chunking parameters")
struct ChunkingParametersTests {
    @Test private func `standard lengths are those of tvix and snix`() throws {
        let lengths = try ChunkingParameters(minimum: 131_072, average: 262_144, maximum: 524_288)
        #expect(ChunkingParameters.standard == lengths)
        #expect(lengths.normalization == 1)
        #expect(lengths.seed == 0)
    }

    @Test(arguments: [
        (64, 256, 1024, 0), (64, 256, 1 << 24, 3), (1 << 20, 1 << 20, 1 << 20, 1),
        (1 << 20, 1 << 22, 1 << 22, 3), (1 << 20, 1 << 22, 1 << 24, 0),
    ])
    private func `limits are allowed`(
        minimum: Int,
        average: Int,
        maximum: Int,
        normalization: Int
    ) throws {
        let parameters = try ChunkingParameters(
            minimum: minimum,
            average: average,
            maximum: maximum,
            normalization: normalization
        )
        // The masks for them exist.
        _ = FastCDC(parameters)
    }

    @Test(arguments: [
        ((63, 256, 1024, 1), "minimum 63 is not in 64...1048576"),
        ((1_048_577, 1 << 22, 1 << 24, 1), "minimum 1048577 is not in 64...1048576"),
        ((Int.max, Int.max, Int.max, 1), "minimum \(Int.max) is not in 64...1048576"),
        ((64, 255, 1024, 1), "average 255 is not in 256...4194304"),
        ((300, 299, 1024, 1), "average 299 is not in 300...4194304"),
        ((64, 4_194_305, 1 << 24, 1), "average 4194305 is not in 256...4194304"),
        ((64, 256, 1023, 1), "maximum 1023 is not in 1024...16777216"),
        ((64, 4096, 4095, 1), "maximum 4095 is not in 4096...16777216"),
        ((64, 256, 16_777_217, 1), "maximum 16777217 is not in 1024...16777216"),
        ((64, 256, 1024, 4), "normalization 4 is not in 0...3"),
        ((64, 256, 1024, -1), "normalization -1 is not in 0...3"),
    ])
    private func `what is out of range is named`(
        values: (minimum: Int, average: Int, maximum: Int, normalization: Int),
        description: String
    ) {
        let error = #expect(throws: InvalidChunkingParameters.self) {
            try ChunkingParameters(
                minimum: values.minimum,
                average: values.average,
                maximum: values.maximum,
                normalization: values.normalization
            )
        }
        #expect(error?.description == description)
    }
}
