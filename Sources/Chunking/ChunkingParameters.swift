// SPDX-License-Identifier: Apache-2.0

/// Says how long chunks shall be, and how closely they keep to it.
///
/// Inputs share chunks only if they were cut with equal parameters. A store whose parameters change
/// can still read everything, but keeps once more what it already has.
public struct ChunkingParameters: Hashable, Sendable {
    /// Bytes that a chunk has at least, unless the input ends before.
    ///
    /// One less if this is odd: cuts are looked for from the even number below on.
    public let minimum: Int

    /// Bytes from which on a cut gets more likely.
    ///
    /// This is what chunk lengths gather around, not their mean: random bytes cut with ``standard``
    /// give 326 KiB in the mean, with one chunk in ten cut by force at ``maximum``.
    public let average: Int

    /// Bytes that a chunk has at most.
    public let maximum: Int

    /// How much likelier a cut is after ``average`` than before: 4 to the power of this.
    public let normalization: Int

    /// What the value of every byte is combined with before it enters the rolling hash.
    ///
    /// Different seeds cut in different places. This is no key: chunk lengths give it away.
    public let seed: UInt64

    /// 128, 256 and 512 KiB, as in tvix and snix.
    public static let standard = Self(
        validMinimum: 128 << 10,
        average: 256 << 10,
        maximum: 512 << 10
    )

    /// Takes lengths that are in range and in order: `minimum <= average <= maximum`.
    ///
    /// - Parameters:
    ///   - minimum: 64 bytes to 1 MiB.
    ///   - average: 256 bytes to 4 MiB.
    ///   - maximum: 1 KiB to 16 MiB.
    ///   - normalization: 0 to 3.
    ///   - seed: Any number; zero cuts where everybody else does.
    /// - Throws: `InvalidChunkingParameters`, which names the first that is not.
    public init(
        minimum: Int,
        average: Int,
        maximum: Int,
        normalization: Int = 1,
        seed: UInt64 = 0
    ) throws(InvalidChunkingParameters) {
        try Self.check("minimum", minimum, isIn: 64...1 << 20)
        try Self.check("average", average, isIn: max(256, minimum)...4 << 20)
        try Self.check("maximum", maximum, isIn: max(1 << 10, average)...16 << 20)
        try Self.check("normalization", normalization, isIn: 0...3)
        self.minimum = minimum
        self.average = average
        self.maximum = maximum
        self.normalization = normalization
        self.seed = seed
    }

    private init(validMinimum minimum: Int, average: Int, maximum: Int) {
        self.minimum = minimum
        self.average = average
        self.maximum = maximum
        normalization = 1
        seed = 0
    }

    private static func check(
        _ name: String,
        _ value: Int,
        isIn range: ClosedRange<Int>
    ) throws(InvalidChunkingParameters) {
        guard !range.contains(value) else { return }
        throw InvalidChunkingParameters(description: "\(name) \(value) is not in \(range)")
    }
}
