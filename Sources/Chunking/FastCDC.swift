// SPDX-License-Identifier: Apache-2.0

/// Cuts an input into chunks where its content says so, which is in the same places again after an
/// edit.
///
/// The cuts are those of FastCDC with normalized chunking (Xia et al., "The Design of Fast
/// Content-Defined Chunking for Data Deduplication Based Storage Systems", 2020), to the bit as the
/// `v2020` module of the Rust crate `fastcdc` makes them.
///
/// Ask for a cut whenever bytes have arrived, and take it off the front of what you hold:
///
/// ```swift
/// var cutter = FastCDC()
/// while let piece = try await source.next() {
///     held.append(piece)
///     while let length = cutter.nextCut(in: held.bytes) { store(held.takeFirst(length)) }
/// }
/// if !held.isEmpty { store(held) }  // the last chunk ends with the input
/// ```
///
/// In which pieces the input came never shows in the cuts. However often a cutter is asked, it scans
/// a byte once, and the first ``ChunkingParameters/minimum`` of each chunk never. It is a value of a
/// few words that allocates nothing.
public struct FastCDC: Sendable {
    /// What the chunks keep to.
    public let parameters: ChunkingParameters

    private let strictMask: UInt64
    private let looseMask: UInt64
    private var hash: GearHash
    // The bytes of the current chunk before this one hold no cut and have gone into the hash.
    private var position = 0

    /// Begins a new input.
    public init(_ parameters: ChunkingParameters = .standard) {
        self.parameters = parameters
        strictMask = parameters.strictMask
        looseMask = parameters.looseMask
        hash = GearHash(seed: parameters.seed)
    }

    /// Finds the end of the chunk that `bytes` begins with.
    ///
    /// A cut takes the cutter to the next chunk. After `nil` it goes on where it stopped, once there
    /// are more bytes; if there are none, all that is held is the last chunk, and the next input
    /// begins with a new cutter.
    ///
    /// It is asked about the whole chunk, rather than about the newest bytes, because those decide
    /// on the bytes before them: the cut may lie before the last byte of the previous call.
    ///
    /// - Parameter bytes: The input from the beginning of the current chunk to the last byte known,
    ///   which may be far into later chunks. It may have moved in memory since the previous call.
    /// - Returns: The length of the chunk, or `nil` if that takes more bytes.
    /// - Complexity: O(n), where n is the number of bytes of this chunk that are new.
    public mutating func nextCut(in bytes: RawSpan) -> Int? {
        precondition(bytes.byteCount >= position, "bytes of the current chunk are missing")
        let end = min(bytes.byteCount, parameters.maximum)
        let cut =
            scan(bytes, to: min(end, parameters.average), for: strictMask)
            ?? scan(bytes, to: end, for: looseMask)
            ?? (end == parameters.maximum ? end : nil)
        if cut != nil {
            position = 0
            hash = GearHash(seed: parameters.seed)
        }
        return cut
    }

    /// Goes on to `end`, or to a cut before it.
    private mutating func scan(_ bytes: RawSpan, to end: Int, for mask: UInt64) -> Int? {
        // Bytes count in pairs. A byte whose partner is not there, or past the limit, is left out:
        // it waits for the next call, and if the input ends with it, it never takes part.
        let start = max(position, parameters.minimum.roundedDownToEven)
        let end = end.roundedDownToEven
        guard start < end else { return nil }
        position = end
        return hash.firstMatch(of: mask, in: bytes, start..<end)
    }
}

extension Int {
    fileprivate var roundedDownToEven: Int { self & ~1 }
}
