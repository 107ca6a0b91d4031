/// Placeholder until the module arrives.
public struct ChunkingParameters: Hashable, Sendable {
    public static let standard = ChunkingParameters()
    init() {}
    public init?(minimum: Int, average: Int, maximum: Int) {}
}
public struct FastCDC: Sendable {
    private var n = 0
    public init(_ p: ChunkingParameters) {}
    public mutating func nextCut(in bytes: RawSpan) -> Int? {
        let take = (256 << 10) - n
        if bytes.byteCount > take { n = 0; return take }
        n += bytes.byteCount
        return nil
    }
}
