// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// What is wanted of an object, and how that relates to what comes.
struct Extent {
    /// What an answer has in it.
    struct Part {
        /// The bytes of the object that are wanted and exist.
        var wanted: Range<UInt64>
        /// The bytes that come.
        var coming: Range<UInt64>
        /// The size of the object.
        var size: UInt64
    }

    private let range: Range<UInt64>?

    /// A range that is not empty, or all.
    init(_ range: Range<UInt64>?) { self.range = range }

    /// The value of the header `Range`, unless all is wanted.
    var header: String? { range.map { "bytes=\($0.lowerBound)-\($0.upperBound - 1)" } }

    /// Finds out what an answer has in it.
    ///
    /// A server may have taken no notice of the range. Some heed it and answer 200 all the same.
    func part(of response: S3Response) throws(Problem) -> Part {
        if let range, response.status == 206 || response.header("Content-Range") != nil {
            return try part(of: response, in: range)
        }
        guard response.status == 200, let size = response.contentLength else {
            let problem = "the answer \(response.status) does not tell the size"
            throw .error(BlobError(.corrupt, problem))
        }
        let wanted = (range ?? 0..<size).clamped(to: 0..<size)
        return Part(wanted: wanted, coming: 0..<size, size: size)
    }

    private func part(
        of response: S3Response,
        in range: Range<UInt64>
    ) throws(Problem) -> Part {
        let header = response.header("Content-Range") ?? ""
        guard let content = ContentRange(header), let coming = content.range,
            coming.lowerBound == range.lowerBound, coming.upperBound <= range.upperBound,
            response.contentLength.map({ $0 == UInt64(coming.count) }) ?? true
        else {
            let problem = "\(range) is answered with the Content-Range '\(header)'"
            throw .error(BlobError(.corrupt, problem))
        }
        let wanted = range.clamped(to: 0..<content.size)
        return Part(wanted: wanted, coming: coming, size: content.size)
    }
}
