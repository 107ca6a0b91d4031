// SPDX-License-Identifier: Apache-2.0

extension ChunkingParameters {
    /// Decides where a chunk may end before ``average``.
    var strictMask: UInt64 { cutMasks[averageBitCount + normalization - fewestBits] }

    /// Decides where a chunk may end from ``average`` on.
    var looseMask: UInt64 { cutMasks[averageBitCount - normalization - fewestBits] }

    /// The logarithm of ``average`` to base 2, rounded to nearest.
    private var averageBitCount: Int {
        // log2(a) + 1/2 is half of log2(2 a^2), so that one rounding down, of an integer, is enough.
        let doubledSquare = 2 * average * average
        return (doubledSquare.bitWidth - 1 - doubledSquare.leadingZeroBitCount) / 2
    }
}

private let fewestBits = 5

/// Masks of 5 to 25 bits: a chunk may end where all of them are zero in the rolling hash, which is
/// at one position in 2^5 to 2^25.
///
/// They are constants of the format. As no bit is above bit 47, and a byte moves up by one bit with
/// every byte that follows, 48 bytes decide on a cut.
private let cutMasks: InlineArray<21, UInt64> = [
    0x0000_0000_0180_4110, 0x0000_0000_0180_3110, 0x0000_0000_1803_5100,
    0x0000_0018_0003_5300, 0x0000_0190_0035_3000, 0x0000_5900_0353_0000,
    0x0000_d900_0353_0000, 0x0000_d901_0353_0000, 0x0000_d903_0353_0000,
    0x0000_d903_1353_0000, 0x0000_d90f_0353_0000, 0x0000_d903_0353_7000,
    0x0000_d907_0353_7000, 0x0000_d907_0753_7000, 0x0000_d917_0753_7000,
    0x0000_d917_4753_7000, 0x0000_d917_6753_7000, 0x0000_d937_6753_7000,
    0x0000_d937_7753_7000, 0x0000_d937_7757_7000, 0x0000_db37_7757_7000,
]
